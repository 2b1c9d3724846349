// The accesses of the engine on Relacy. What it keeps of an execution: relacy_record.cpp.
#include "sim/relacy_engine.hpp"

#include <algorithm>
#include <bit>

#include "kernel_model/site_table.hpp"

namespace ringsim::sim {
namespace {

const rl::debug_info here;

// A plain access to a word has nothing weaker to map to: words are always atomic on Relacy.
rl::memory_order load_order(order how) {
    switch (how) {
        case order::acquire:
            return rl::mo_acquire;
        case order::seq_cst:
            return rl::mo_seq_cst;
        default:
            return rl::mo_relaxed;
    }
}

rl::memory_order store_order(order how) {
    switch (how) {
        case order::release:
            return rl::mo_release;
        case order::seq_cst:
            return rl::mo_seq_cst;
        default:
            return rl::mo_relaxed;
    }
}

rl::memory_order rmw_order(order how) {
    switch (how) {
        case order::acquire:
            return rl::mo_acquire;
        case order::release:
            return rl::mo_release;
        case order::acq_rel:
            return rl::mo_acq_rel;
        case order::seq_cst:
        case order::full:
            return rl::mo_seq_cst;
        default:
            return rl::mo_relaxed;
    }
}

rl::memory_order fence_order(order how) {
    switch (how) {
        case order::acquire:
            return rl::mo_acquire;
        case order::release:
            return rl::mo_release;
        case order::acq_rel:
            return rl::mo_acq_rel;
        default:
            return rl::mo_seq_cst;
    }
}

}  // namespace

void relacy_engine::define(location& l, std::string_view name, std::uint64_t value) {
    l.name = name;
    l.index = static_cast<std::uint16_t>(locations_.size());
    l.newest = value;
    locations_.push_back(&l);
}

// Setup runs alone, so it needs no atomics: it works on the newest values, and what it leaves
// becomes the first value of every word.
void relacy_engine::setup_is_over() {
    for (location* l : locations_) l->make();
    in_setup_ = false;
    setup_recorded_ = true;
    contention_.make_room(locations_.size());
}

void relacy_engine::word::make() {
    atomic_.emplace(stamped_value{newest, 0});
}

void relacy_engine::datum::make() {
    var_.emplace(newest);
}

// --- Words ---------------------------------------------------------------------------------------

std::uint64_t relacy_engine::load(word& w, access_point at) {
    if (in_setup_) {
        record_in_setup(step_kind::load, &w, at, w.newest, 0);
        return w.newest;
    }
    const stamped_value v = w.atomic_->load(load_order(at.how), here);
    note_read(w, v, record(step_kind::load, &w, at));
    note_access(w, at.where, at.how == order::plain ? plain_load : atomic_load);
    return v.value;
}

void relacy_engine::store(word& w, std::uint64_t value, access_point at) {
    write(step_kind::store, w, value, at);
}

// The kernel's read-modify-writes that return a value are full barriers: a fence on either side.
std::uint64_t relacy_engine::exchange(word& w, std::uint64_t value, access_point at) {
    const bool barriers = at.how == order::full && !in_setup_;
    if (barriers) rl::atomic_thread_fence(rl::mo_seq_cst, here);
    const std::uint64_t old = read_and_write(step_kind::rmw, w, value, at);
    if (barriers) rl::atomic_thread_fence(rl::mo_seq_cst, here);
    return old;
}

void relacy_engine::write(step_kind kind, word& w, std::uint64_t value, access_point at) {
    if (in_setup_) return write_in_setup(kind, w, value, at);
    const std::uint32_t number = begin_write();
    w.atomic_->store({value, number}, store_order(at.how), here);
    end_write(w, value, number, record(kind, &w, at));
    note_access(w, at.where, at.how == order::plain ? plain_store : atomic_store);
}

std::uint64_t relacy_engine::read_and_write(step_kind kind, word& w, std::uint64_t value,
                                            access_point at) {
    if (in_setup_) {
        const std::uint64_t old = w.newest;
        write_in_setup(kind, w, value, at);
        return old;
    }
    const std::uint32_t number = begin_write();
    const stamped_value old = w.atomic_->exchange({value, number}, rmw_order(at.how), here);
    step& s = record(kind, &w, at);
    note_read(w, old, s);
    end_write(w, value, number, s);
    note_access(w, at.where, atomic_store);
    return old.value;
}

// A read-modify-write reads the newest value, so whether it writes is known before. One that fails
// writes back what it read, which nobody can tell from a load of the newest value.
std::uint64_t relacy_engine::compare_exchange(word& w, std::uint64_t expected, std::uint64_t value,
                                              access_point at) {
    if (in_setup_) return exchange(w, w.newest == expected ? value : w.newest, at);
    rl::ctx().sched();
    const rl::preemption_disabler alone(rl::ctx());
    return exchange(w, w.newest == expected ? value : w.newest, at);
}

namespace {
// Digit by digit: the state of a search has one for each choice (relacy_run.hpp).
std::uint64_t chosen_of(unsigned ways) {
    constexpr unsigned digits = 10;
    if (ways <= digits) return rl::ctx().rand(ways, rl::sched_type_user);
    const auto high = static_cast<unsigned>(chosen_of((ways + digits - 1) / digits));
    const unsigned low = std::min(digits, ways - high * digits);
    return high * digits + rl::ctx().rand(low, rl::sched_type_user);
}
}  // namespace

std::uint64_t relacy_engine::choose(unsigned ways, access_point at) {
    if (in_setup_) return 0;
    step& s = record(step_kind::load, nullptr, at);
    return s.read = chosen_of(ways);
}

void relacy_engine::fence(access_point at) {
    if (in_setup_) return record_in_setup(step_kind::fence, nullptr, at, 0, 0);
    rl::atomic_thread_fence(fence_order(at.how), here);
    record(step_kind::fence, nullptr, at);
    contention_.note_fence(at.where);
}

// --- Data ----------------------------------------------------------------------------------------

// Relacy reports the race, from within rl::var; the text is made before, and names both sides.
std::uint64_t relacy_engine::load(datum& d, access_point at) {
    if (in_setup_) {
        record_in_setup(step_kind::load, &d, at, d.newest, 0);
        return d.newest;
    }
    step& s = record(step_kind::load, &d, at);
    s.read = d.newest;
    s.reads_from = d.newest_step;
    found_.what = race_at(d, at.where, plain_load);
    const std::uint64_t value = (*d.var_)(here).load();
    note_access(d, at.where, plain_load);
    return value;
}

void relacy_engine::store(datum& d, std::uint64_t value, access_point at) {
    if (in_setup_) return write_in_setup(step_kind::store, d, value, at);
    end_write(d, value, begin_write(), record(step_kind::store, &d, at));
    found_.what = race_at(d, at.where, plain_store);
    (*d.var_)(here).store(value);
    note_access(d, at.where, plain_store);
}

// The access of another thread that is in conflict with this one and not ordered before it, by the
// clocks that Relacy keeps, as one clause. Empty if there is none.
std::string relacy_engine::race_at(const location& l, site where, way how) const {
    // The ways of another thread that are in conflict: two atomic accesses never are.
    constexpr std::array<std::uint8_t, ways> in_conflict{
        1u << plain_store,
        1u << plain_store | 1u << plain_load,
        1u << plain_store | 1u << atomic_store,
        1u << plain_store | 1u << plain_load | 1u << atomic_store | 1u << atomic_load,
    };
    const unsigned candidates = in_conflict[how] & l.used;
    if (candidates == 0) return {};
    const unsigned me = thread();
    const rl::timestamp_t* seen = rl::ctx().threadx_->acq_rel_order_;
    const auto threads = static_cast<unsigned>(rl::ctx().get_thread_count());
    for (unsigned w = 0; w < ways; ++w)
        for (unsigned other = 0; other < threads && (candidates >> w & 1) != 0; ++other)
            if (other != me && seen[other] < l.last[w][other].clock)
                return std::string(l.name) + ": " + std::string(name(where)) + " and " +
                       std::string(name(l.last[w][other].where)) + " are unordered";
    return {};
}

// Books the access that was just made. A word's plain accesses are atomic for Relacy, so a race
// with one of them is found here. An acquire orders what it synchronizes with before itself, hence
// the look after the access.
void relacy_engine::note_access(location& l, site where, way how) {
    contention_.note_access(thread(), where, l.index, how == atomic_store || how == plain_store);
    if (std::string race = race_at(l, where, how); !race.empty()) fail(violation::data_race, race);
    if (!(l.used >> how & 1)) l.last[how].fill({where, 0});
    l.used |= static_cast<std::uint8_t>(1u << how);
    const rl::timestamp_t now = rl::ctx().threadx_->own_acq_rel_order_;
    l.last[how][thread()] = {where, static_cast<std::uint32_t>(now)};
}

// --- Waiting -------------------------------------------------------------------------------------

// Relacy's own events and semaphores say more than a pending bit does: an event that is set already
// does not release again, a semaphore counts, a futex orders waker and sleeper whatever the orders
// of the word are. So the bit is a word, with the orders that the program asks for, and Relacy
// parks and unparks the threads, which orders nothing.
void relacy_engine::wait_while(waitable& w, std::uint64_t value, step_kind kind, access_point at) {
    rl::ctx().sched();
    while (w.newest == value) {
        waiting_[thread()] = {kind, at, w.index};
        w.sleepers_ |= static_cast<std::uint8_t>(1u << thread());
        rl::ctx().park_current_thread(false, false, false, here);
        waiting_[thread()] = {};
        rl::ctx().sched();
    }
}

void relacy_engine::wake(waitable& w) {
    for (; w.sleepers_ != 0; w.sleepers_ &= static_cast<std::uint8_t>(w.sleepers_ - 1))
        rl::ctx().unpark_thread(std::countr_zero(w.sleepers_), false, here);
}

// Waits until the word has another value than `busy`, and exchanges it at once: nobody runs in
// between.
void relacy_engine::wait_and_exchange(waitable& w, std::uint64_t busy, std::uint64_t value,
                                      step_kind kind, step_kind waiting, access_point at) {
    if (in_setup_) {
        if (w.newest == busy) fail(violation::deadlock, "setup waits, and nobody can wake it");
        return write_in_setup(kind, w, value, at);
    }
    wait_while(w, busy, waiting, at);
    const rl::preemption_disabler alone(rl::ctx());
    read_and_write(kind, w, value, at);
}

void relacy_engine::lock(mutex& m, access_point at) {
    wait_and_exchange(m, 1, 1, step_kind::lock, step_kind::stuck, at);
}

void relacy_engine::unlock(mutex& m, access_point at) {
    write(step_kind::unlock, m, 0, at);
    wake(m);
}

void relacy_engine::set(edge& e, access_point at) {
    read_and_write(step_kind::set, e, 1, at);
    wake(e);
}

void relacy_engine::take(edge& e, access_point at) {
    wait_and_exchange(e, 0, 0, step_kind::take, step_kind::asleep, at);
}

// Not parked, so that Relacy finds no deadlock with it: its timeout ends now or later.
bool relacy_engine::take_or_time_out(edge& e, access_point at, access_point timer) {
    while (!in_setup_ && e.newest == 0) {
        if (choose(2, timer) == 1) return false;
        rl::ctx().yield(1, here);
        rl::ctx().sched();
    }
    take(e, at);
    return true;
}

// Lets the others go first, and tells Relacy that what this thread has read by now is old.
void relacy_engine::spin(std::uint64_t) {
    spins_.push_back({thread(), steps_.size()});
    rl::ctx().yield(1, here);
}

void relacy_engine::fail(violation what, std::string_view text) {
    found_ = {what, std::string(text)};
    rl::ctx().fail_test("", rl::test_result_user_assert_failed, here);
}

}  // namespace ringsim::sim
