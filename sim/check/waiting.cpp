// What threads of programs under check wait for: to be woken, one another, a count, or time.
//
// Whoever waits at an address enters a set of threads, a word, and then waits for a word of its
// own; whoever wakes takes threads out of the set and sets their words.
#include <algorithm>
#include <bit>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

constexpr std::uint64_t everybody = ~std::uint64_t{0};

constexpr std::uint64_t bit_of(unsigned thread) {
    return std::uint64_t{1} << thread;
}

}  // namespace

// --- time ----------------------------------------------------------------------------------------

std::uint64_t runtime::read_clock() {
    threads_[thread()].looked_at_clock = true;
    return threads_[thread()].elapsed;
}

// Sleep lasts at least as long as was asked for. In a loop it lasts longer each time, so that one
// that sleeps until some time has passed goes round a few times only.
void runtime::sleep(std::uint64_t nanoseconds, const void* pc) {
    flush();
    constexpr unsigned longer = 4;  // in powers of two
    thread_state& me = threads_[thread()];
    const unsigned before = std::min(me.sleeps[pc]++, 8u);
    me.elapsed += nanoseconds << (longer * before);
}

bool runtime::may_time_out(const void* pc) {
    if (threads_[thread()].timeouts[pc] < timeouts_max) return true;
    timeouts_bounded_ = true;
    return false;
}

bool runtime::passes(std::uint64_t until, const void* pc) {
    thread_state& me = threads_[thread()];
    ++me.timeouts[pc];
    me.elapsed = std::max(me.elapsed, until);
    return false;
}

bool runtime::time_is_up(std::uint64_t until, const void* pc) {
    if (until == no_time || !may_time_out(pc)) return false;
    const bool over = until <= threads_[thread()].elapsed;
    return (over || choose(2, pc) == 1) && !passes(until, pc);
}

// --- to be woken ---------------------------------------------------------------------------------

void runtime::take_wakeup(const void* at, bool timed, const void* pc) {
    await(word_of(at, location_kind::wakeup, thread()), 1, false, graph::rmw_op::exchange, 0,
          step_kind::take, order::acquire, pc, timed);
}

bool runtime::block(const void* at, std::uint64_t until, const void* pc) {
    if (time_is_up(until, pc) && leave_wait(at, pc)) return false;
    take_wakeup(at, until != no_time, pc);
    return true;
}

bool runtime::leave_wait(const void* at, const void* pc) {
    const std::uint64_t mine = bit_of(thread());
    if (change(at, location_kind::condition, 0, graph::rmw_op::bit_and, ~mine, order::acq_rel, pc) &
        mine)
        return true;
    return false;
}

bool runtime::wait(const void* c, const void* m, std::uint64_t until, const void* pc) {
    use(c, "condition variable", pc);
    const mutex_kind kind = kind_of_mutex(m, pc);
    if (!held_lock(m))
        fail("waits for a condition variable with a mutex that the thread does not hold", pc);
    if (spurious(pc)) {
        unlock(m, kind, pc);
        lock(m, kind, pc);
        return true;
    }
    change(c, location_kind::condition, 0, graph::rmw_op::bit_or, bit_of(thread()), order::acq_rel,
           pc);
    unlock(m, kind, pc);
    const bool woken = block(c, until, pc);
    lock(m, kind, pc);
    return woken;
}

void runtime::wake(const void* c, unsigned t, const void* pc) {
    set_word(c, location_kind::wakeup, t, 1, step_kind::set, order::release, pc);
}

std::uint64_t runtime::wake_any(const void* c, std::uint64_t among, const void* pc) {
    for (;;) {
        const std::uint64_t waiting =
            look_at(c, location_kind::condition, order::acquire, pc) & among;
        if (waiting == 0) return 0;
        const auto ways = static_cast<unsigned>(std::popcount(waiting));
        std::uint64_t nth = ways == 1 ? 0 : choose(ways, pc);
        std::uint64_t rest = waiting;
        while (nth-- > 0) rest &= rest - 1;
        const std::uint64_t one = rest & (~rest + 1);
        // Another thread may have woken it meanwhile.
        if ((change(c, location_kind::condition, 0, graph::rmw_op::bit_and, ~one, order::acq_rel,
                    pc) &
             one) == 0)
            continue;
        wake(c, static_cast<unsigned>(std::countr_zero(one)), pc);
        return one;
    }
}

unsigned runtime::wake_everybody(const void* c, const void* pc) {
    std::uint64_t waiting =
        change(c, location_kind::condition, 0, graph::rmw_op::exchange, 0, order::acq_rel, pc);
    const auto woken = static_cast<unsigned>(std::popcount(waiting));
    for (; waiting != 0; waiting &= waiting - 1)
        wake(c, static_cast<unsigned>(std::countr_zero(waiting)), pc);
    return woken;
}

void runtime::wake_one(const void* c, const void* pc) {
    use(c, "condition variable", pc);
    wake_any(c, everybody, pc);
}

void runtime::wake_all(const void* c, const void* pc) {
    use(c, "condition variable", pc);
    wake_everybody(c, pc);
}

void runtime::destroy_condition(const void* c, const void* pc) {
    destroy(c, "condition variable", pc);
    if (look_at(c, location_kind::condition, order::acquire, pc) != 0)
        fail("a condition variable is destroyed while a thread waits for it", pc);
}

// --- futexes: a set of threads, between which and the value stand full barriers ------------------

void runtime::enter_wait(const void* at, const void* pc) {
    change(at, location_kind::condition, 0, graph::rmw_op::bit_or, bit_of(thread()), order::acq_rel,
           pc);
    fence(order::seq_cst, pc);
}

// The kernel holds the lock of the queue while it wakes: nobody is woken twice who waits again
// meanwhile.
unsigned runtime::notify(const void* at, std::uint64_t most, const void* pc) {
    fence(order::seq_cst, pc);
    if (most >= threads_max) {
        const bool none = look_at(at, location_kind::condition, order::acquire, pc) == 0;
        return none ? 0 : wake_everybody(at, pc);
    }
    unsigned woken = 0;
    for (std::uint64_t among = everybody; woken < most; ++woken) {
        const std::uint64_t one = wake_any(at, among, pc);
        if (one == 0) break;
        among &= ~one;
    }
    return woken;
}

// --- semaphores --------------------------------------------------------------------------------

void runtime::set_semaphore(const void* s, std::uint64_t n, const void* pc) {
    set_word(s, location_kind::semaphore, 0, n, step_kind::store, order::relaxed, pc);
}

void runtime::take_semaphore(const void* s, const void* pc) {
    use(s, "semaphore", pc);
    await(word_of(s, location_kind::semaphore), 0, true, graph::rmw_op::sub, 1, step_kind::take,
          order::acquire, pc);
}

bool runtime::try_take_semaphore(const void* s, const void* pc) {
    use(s, "semaphore", pc);
    for (;;) {
        const std::uint64_t v = look_at(s, location_kind::semaphore, order::relaxed, pc);
        if (v == 0) return false;
        if (compare_exchange_word(s, location_kind::semaphore, v, v - 1, step_kind::rmw, pc) == v)
            return true;
    }
}

bool runtime::take_semaphore_until(const void* s, std::uint64_t until, const void* pc) {
    if (may_time_out(pc)) return try_take_semaphore(s, pc) || passes(until, pc);
    use(s, "semaphore", pc);
    await(word_of(s, location_kind::semaphore), 0, true, graph::rmw_op::sub, 1, step_kind::take,
          order::acquire, pc, true);
    return true;
}

void runtime::give_semaphore(const void* s, const void* pc) {
    use(s, "semaphore", pc);
    change(s, location_kind::semaphore, 0, graph::rmw_op::add, 1, order::release, pc);
}

std::uint64_t runtime::semaphore_value(const void* s, const void* pc) {
    use(s, "semaphore", pc);
    return look_at(s, location_kind::semaphore, order::relaxed, pc);
}

// --- once: 0, then 1 while somebody does it, then 2; 0 again if an exception ended it
// -------------

bool runtime::begin_once(const void* o, const void* pc) {
    flush();
    const graph::location_id l = word_of(o, location_kind::once);
    for (;;) {
        const std::uint64_t was =
            compare_exchange_word(o, location_kind::once, 0, 1, step_kind::rmw, pc);
        if (was != 1) return was == 0;
        if (await(l, 1, true, graph::rmw_op::none, 0, step_kind::take, order::acquire, pc) == 2)
            return false;
    }
}

void runtime::end_once(const void* o, bool done, const void* pc) {
    set_word(o, location_kind::once, 0, done ? 2 : 0, step_kind::store, order::release, pc);
}

void runtime::once(const void* o, void (*f)(), const void* pc) {
    if (!begin_once(o, pc)) return;
    try {
        f();
    } catch (...) {
        end_once(o, false, pc);
        throw;
    }
    end_once(o, true, pc);
}

}  // namespace ringsim::sim::check
