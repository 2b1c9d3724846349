// The accesses of the engine on Relacy, and the record of an execution.
#include "sim/relacy_engine.hpp"

#include <algorithm>
#include <bit>

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

void relacy_engine::begin_execution() {
    in_setup_ = true;
    locations_ = 0;
    setup_steps_.clear();
    steps_.clear();
    step_of_write_.assign(1, 0);
    spins_.clear();
    waiting_ = {};
    found_ = {};
}

void relacy_engine::setup_is_over() {
    in_setup_ = false;
}

void relacy_engine::register_location(location& l, std::string_view name, std::uint64_t value) {
    l = {locations_++, value, 0, 0};
    if (l.index == names_.size()) names_.emplace_back(name);
    if (names_[l.index] != name) names_[l.index] = name;
    if (l.index >= uses_.size()) uses_.resize(l.index + 1u);
}

void relacy_engine::define(word& w, std::string_view name, std::uint64_t value) {
    register_location(w, name, value);
    w.atomic_.emplace(stamped_value{value, 0});
}

void relacy_engine::define(datum& d, std::string_view name, std::uint64_t value) {
    register_location(d, name, value);
    d.var_.emplace(value);
}

// --- the record ---------------------------------------------------------------------------------

relacy_engine::step& relacy_engine::record(step_kind kind, const location* l, access_point at) {
    auto& list = in_setup_ ? setup_steps_ : steps_;
    list.push_back({static_cast<std::uint8_t>(thread()), kind, at.where, at.how,
                    l ? l->index : no_location, at.note, 0, 0, 0, 0, 0});
    return list.back();
}

// The number of a write is taken before Relacy may run other threads, its step is known after.
std::uint32_t relacy_engine::begin_write() {
    if (in_setup_) return 0;
    step_of_write_.push_back(0);
    return static_cast<std::uint32_t>(step_of_write_.size() - 1);
}

void relacy_engine::end_write(location& l, std::uint64_t value, std::uint32_t write, step& s) {
    s.written = value;
    l.newest = value;
    if (in_setup_) return;
    l.newest_step = static_cast<std::uint32_t>(steps_.size());
    s.coherence = ++l.writes;
    step_of_write_[write] = l.newest_step;
}

void relacy_engine::note_read(const location& l, stamped_value v, step& s) {
    s.read = v.value;
    s.reads_from = step_of_write_[v.write];
    if (s.reads_from != l.newest_step) s.missed = l.newest_step;
}

void relacy_engine::note_use(const location& l, site where, bool writes) {
    if (in_setup_) return;
    use& u = uses_[l.index];
    u.sites[thread()] |= std::uint64_t{1} << static_cast<unsigned>(where);
    if (writes) u.threads_that_wrote |= static_cast<std::uint8_t>(1u << thread());
}

// --- words
// ----------------------------------------------------------------------------------------

std::uint64_t relacy_engine::load(word& w, access_point at) {
    const stamped_value v = w.atomic_->load(load_order(at.how), here);
    note_read(w, v, record(step_kind::load, &w, at));
    note_use(w, at.where, false);
    return v.value;
}

void relacy_engine::store(word& w, std::uint64_t value, access_point at) {
    const std::uint32_t write = begin_write();
    w.atomic_->store({value, write}, store_order(at.how), here);
    end_write(w, value, write, record(step_kind::store, &w, at));
    note_use(w, at.where, true);
}

// The kernel's read-modify-writes that return a value are full barriers: a fence on either side.
std::uint64_t relacy_engine::exchange(word& w, std::uint64_t value, access_point at) {
    if (at.how == order::full) rl::atomic_thread_fence(rl::mo_seq_cst, here);
    const std::uint32_t write = begin_write();
    const stamped_value old = w.atomic_->exchange({value, write}, rmw_order(at.how), here);
    step& s = record(step_kind::rmw, &w, at);
    note_read(w, old, s);
    end_write(w, value, write, s);
    note_use(w, at.where, true);
    if (at.how == order::full) rl::atomic_thread_fence(rl::mo_seq_cst, here);
    return old.value;
}

void relacy_engine::fence(access_point at) {
    rl::atomic_thread_fence(fence_order(at.how), here);
    record(step_kind::fence, nullptr, at);
    fences_ |= in_setup_ ? 0 : std::uint64_t{1} << static_cast<unsigned>(at.where);
}

// --- data
// -----------------------------------------------------------------------------------------

// Names the access of another thread that is in conflict with this one and not ordered before it,
// by the clocks that Relacy keeps. Empty if there is none.
std::string relacy_engine::race_with_another(const datum& d, access_point at, bool writes) const {
    const unsigned me = thread();
    const rl::thread_info_base& mine = *rl::ctx().threadx_;
    const auto threads = static_cast<unsigned>(rl::ctx().get_thread_count());
    for (unsigned other = 0; other < threads; ++other) {
        if (other == me) continue;
        const datum::last_access* unordered = nullptr;
        if (mine.acq_rel_order_[other] < d.stores_[other].stamp) unordered = &d.stores_[other];
        if (writes && mine.acq_rel_order_[other] < d.loads_[other].stamp)
            unordered = &d.loads_[other];
        if (!unordered) continue;
        return names_[d.index] + ": " + std::string(name(at.where)) + " and " +
               std::string(name(unordered->where)) + " are unordered";
    }
    return {};
}

std::uint64_t relacy_engine::load(datum& d, access_point at) {
    step& s = record(step_kind::load, &d, at);
    s.read = d.newest;
    s.reads_from = d.newest_step;
    note_use(d, at.where, false);
    if (!in_setup_) found_.what = race_with_another(d, at, false);
    const std::uint64_t value = (*d.var_)(here).load();
    if (!in_setup_) d.loads_[thread()] = {at.where, rl::ctx().threadx_->own_acq_rel_order_};
    return value;
}

void relacy_engine::store(datum& d, std::uint64_t value, access_point at) {
    end_write(d, value, begin_write(), record(step_kind::store, &d, at));
    note_use(d, at.where, true);
    if (!in_setup_) found_.what = race_with_another(d, at, true);
    (*d.var_)(here).store(value);
    if (!in_setup_) d.stores_[thread()] = {at.where, rl::ctx().threadx_->own_acq_rel_order_};
}

// --- waiting
// --------------------------------------------------------------------------------------

// Relacy's own events and semaphores say more than a pending bit does: an event that is set already
// does not release again, a semaphore counts, a futex orders waker and sleeper whatever the orders
// of the word are. So the bit is a word, with the orders that the program asks for, and Relacy
// parks and unparks the threads, which orders nothing.
void relacy_engine::sleep(location& l, std::uint8_t& sleepers, step_kind kind, access_point at) {
    if (in_setup_) fail(violation::deadlock, "setup waits, and no thread is there to wake it");
    waiting_[thread()] = {kind, at, l.index};
    sleepers |= static_cast<std::uint8_t>(1u << thread());
    rl::ctx().park_current_thread(false, false, false, here);
    waiting_[thread()] = {};
}

void relacy_engine::wake(std::uint8_t& sleepers) {
    for (; sleepers != 0; sleepers &= static_cast<std::uint8_t>(sleepers - 1))
        rl::ctx().unpark_thread(std::countr_zero(sleepers), false, here);
}

void relacy_engine::lock(mutex& m, access_point at) {
    rl::ctx().sched();
    while (m.newest != 0) {
        sleep(m, m.sleepers_, step_kind::stuck, at);
        rl::ctx().sched();
    }
    // Nobody runs between the look and the exchange.
    const rl::preemption_disabler alone(rl::ctx());
    const std::uint32_t write = begin_write();
    const stamped_value old = m.atomic_->exchange({1, write}, rmw_order(at.how), here);
    step& s = record(step_kind::lock, &m, at);
    note_read(m, old, s);
    end_write(m, 1, write, s);
    note_use(m, at.where, true);
}

void relacy_engine::unlock(mutex& m, access_point at) {
    const std::uint32_t write = begin_write();
    m.atomic_->store({0, write}, store_order(at.how), here);
    end_write(m, 0, write, record(step_kind::unlock, &m, at));
    note_use(m, at.where, true);
    wake(m.sleepers_);
}

void relacy_engine::set(edge& e, access_point at) {
    const std::uint32_t write = begin_write();
    const stamped_value old = e.atomic_->exchange({1, write}, rmw_order(at.how), here);
    step& s = record(step_kind::set, &e, at);
    note_read(e, old, s);
    end_write(e, 1, write, s);
    note_use(e, at.where, true);
    wake(e.sleepers_);
}

void relacy_engine::take(edge& e, access_point at) {
    rl::ctx().sched();
    while (e.newest == 0) {
        sleep(e, e.sleepers_, step_kind::asleep, at);
        rl::ctx().sched();
    }
    const rl::preemption_disabler alone(rl::ctx());
    const std::uint32_t write = begin_write();
    const stamped_value old = e.atomic_->exchange({0, write}, rmw_order(at.how), here);
    step& s = record(step_kind::take, &e, at);
    note_read(e, old, s);
    end_write(e, 0, write, s);
    note_use(e, at.where, true);
}

// Lets the others go first, and tells Relacy that what this thread has read by now is old.
void relacy_engine::spin(std::uint64_t mark) {
    (void)mark;
    spins_.push_back({thread(), steps_.size()});
    rl::ctx().yield(1, here);
}

void relacy_engine::fail(violation what, std::string_view text) {
    found_ = {what, std::string(text)};
    rl::ctx().fail_test("", rl::test_result_user_assert_failed, here);
}

// --- after the execution
// --------------------------------------------------------------------------

// Of a thread that spins until Relacy gives up, two turns after the last step of anybody else are
// enough to see.
std::size_t relacy_engine::steps_before_spinning() const {
    const unsigned spinner = spins_.back().thread;
    std::size_t last_of_others = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i)
        if (steps_[i].thread != spinner) last_of_others = i + 1;
    unsigned turns = 0;
    for (const spin_point& p : spins_)
        if (p.steps >= last_of_others && ++turns == 3) return p.steps;
    return steps_.size();
}

trace_step relacy_engine::shown(const step& s) const {
    return {.thread = s.thread,
            .kind = s.kind,
            .where = s.where,
            .how = s.how,
            .word = s.location == no_location ? std::string() : names_[s.location],
            .note = s.note,
            .read = s.read,
            .written = s.written,
            .reads_from = s.reads_from,
            .coherence = s.coherence,
            .missed = s.missed};
}

trace relacy_engine::make_trace(ending how) const {
    trace t;
    for (const step& s : setup_steps_) t.setup.push_back(shown(s));
    const bool spinning = how == ending::spinning && !spins_.empty();
    const std::size_t count = spinning ? steps_before_spinning() : steps_.size();
    for (std::size_t i = 0; i < count; ++i) t.steps.push_back(shown(steps_[i]));
    if (how == ending::midway) return t;

    for (unsigned thread = 0; thread < threads_max; ++thread) {
        const waiting& w = waiting_[thread];
        trace_step last;
        last.thread = static_cast<std::uint8_t>(thread);
        if (w.kind != step_kind::count_) {
            last.kind = w.kind;
            last.where = w.at.where;
            last.how = w.at.how;
            last.word = names_[w.location];
            last.note = w.at.note;
            t.steps.push_back(last);
        } else if (spinning && spins_.back().thread == thread) {
            last.kind = step_kind::stuck;
            t.steps.push_back(last);
        }
    }
    return t;
}

std::array<bool, site_count> relacy_engine::contended() const {
    std::uint64_t sites = fences_;
    for (const use& u : uses_)
        for (unsigned mine = 0; mine < threads_max; ++mine)
            for (unsigned other = 0; other < threads_max; ++other) {
                const bool writes = (u.threads_that_wrote & (1u << mine | 1u << other)) != 0;
                if (other != mine && writes && u.sites[other] != 0) sites |= u.sites[mine];
            }
    std::array<bool, site_count> result{};
    for (std::size_t i = 0; i < site_count; ++i) result[i] = (sites >> i & 1) != 0;
    return result;
}

}  // namespace ringsim::sim
