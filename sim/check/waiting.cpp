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
void runtime::sleep(std::uint64_t nanoseconds) {
    flush();
    constexpr unsigned longer = 4;  // in powers of two
    thread_state& me = threads_[thread()];
    const unsigned before = std::min(me.sleeps[here.pc]++, 8u);
    me.elapsed += nanoseconds << (longer * before);
}

bool runtime::may_time_out() {
    if (threads_[thread()].timeouts[here.pc] < timeouts_max) return true;
    timeouts_bounded_ = true;
    return false;
}

bool runtime::passes(std::uint64_t until) {
    thread_state& me = threads_[thread()];
    ++me.timeouts[here.pc];
    me.elapsed = std::max(me.elapsed, until);
    return false;
}

bool runtime::time_is_up(std::uint64_t until) {
    if (until == no_time || !may_time_out()) return false;
    const bool over = until <= threads_[thread()].elapsed;
    return (over || choose(2) == 1) && !passes(until);
}

// --- to be woken ---------------------------------------------------------------------------------

void runtime::take_wakeup(const void* at, bool timed) {
    await(word_of(at, location_kind::wakeup, thread()), 1, false, graph::rmw_op::exchange, 0,
          step_kind::take, order::acquire, timed);
}

bool runtime::block(const void* at, std::uint64_t until) {
    if (time_is_up(until) && leave_wait(at)) return false;
    take_wakeup(at, until != no_time);
    return true;
}

bool runtime::leave_wait(const void* at) {
    const std::uint64_t mine = bit_of(thread());
    if (change(at, location_kind::condition, 0, graph::rmw_op::bit_and, ~mine, order::acq_rel) &
        mine)
        return true;
    return false;
}

bool runtime::wait(const void* c, const void* m, std::uint64_t until) {
    use(c, "condition variable");
    const mutex_kind kind = kind_of_mutex(m);
    if (!held_lock(m))
        fail("waits for a condition variable with a mutex that the thread does not hold");
    if (spurious()) {
        unlock(m, kind);
        lock(m, kind);
        return true;
    }
    change(c, location_kind::condition, 0, graph::rmw_op::bit_or, bit_of(thread()), order::acq_rel);
    unlock(m, kind);
    const bool woken = block(c, until);
    lock(m, kind);
    return woken;
}

void runtime::wake(const void* c, unsigned t) {
    set_word(c, location_kind::wakeup, t, 1, step_kind::set, order::release);
}

std::uint64_t runtime::wake_any(const void* c, std::uint64_t among) {
    for (;;) {
        const std::uint64_t waiting = look_at(c, location_kind::condition, order::acquire) & among;
        if (waiting == 0) return 0;
        const auto ways = static_cast<unsigned>(std::popcount(waiting));
        std::uint64_t nth = ways == 1 ? 0 : choose(ways);
        std::uint64_t rest = waiting;
        while (nth-- > 0) rest &= rest - 1;
        const std::uint64_t one = rest & (~rest + 1);
        // Another thread may have woken it meanwhile.
        if ((change(c, location_kind::condition, 0, graph::rmw_op::bit_and, ~one, order::acq_rel) &
             one) == 0)
            continue;
        wake(c, static_cast<unsigned>(std::countr_zero(one)));
        return one;
    }
}

unsigned runtime::wake_everybody(const void* c) {
    std::uint64_t waiting =
        change(c, location_kind::condition, 0, graph::rmw_op::exchange, 0, order::acq_rel);
    const auto woken = static_cast<unsigned>(std::popcount(waiting));
    for (; waiting != 0; waiting &= waiting - 1)
        wake(c, static_cast<unsigned>(std::countr_zero(waiting)));
    return woken;
}

void runtime::wake_one(const void* c) {
    use(c, "condition variable");
    wake_any(c, everybody);
}

void runtime::wake_all(const void* c) {
    use(c, "condition variable");
    wake_everybody(c);
}

void runtime::destroy_condition(const void* c) {
    destroy(c, "condition variable");
    if (look_at(c, location_kind::condition, order::acquire) != 0)
        fail("a condition variable is destroyed while a thread waits for it");
}

// --- futexes: a set of threads, between which and the value stand full barriers ------------------

void runtime::enter_wait(const void* at) {
    change(at, location_kind::condition, 0, graph::rmw_op::bit_or, bit_of(thread()),
           order::acq_rel);
    fence(order::seq_cst);
}

// The kernel holds the lock of the queue while it wakes: nobody is woken twice who waits again
// meanwhile.
unsigned runtime::notify(const void* at, std::uint64_t most) {
    fence(order::seq_cst);
    if (most >= threads_max) {
        const bool none = look_at(at, location_kind::condition, order::acquire) == 0;
        return none ? 0 : wake_everybody(at);
    }
    unsigned woken = 0;
    for (std::uint64_t among = everybody; woken < most; ++woken) {
        const std::uint64_t one = wake_any(at, among);
        if (one == 0) break;
        among &= ~one;
    }
    return woken;
}

// --- semaphores --------------------------------------------------------------------------------

void runtime::set_semaphore(const void* s, std::uint64_t n) {
    set_word(s, location_kind::semaphore, 0, n, step_kind::store, order::relaxed);
}

void runtime::take_semaphore(const void* s) {
    use(s, "semaphore");
    await(word_of(s, location_kind::semaphore), 0, true, graph::rmw_op::sub, 1, step_kind::take,
          order::acquire);
}

bool runtime::try_take_semaphore(const void* s) {
    use(s, "semaphore");
    for (;;) {
        const std::uint64_t v = look_at(s, location_kind::semaphore, order::relaxed);
        if (v == 0) return false;
        if (compare_exchange_word(s, location_kind::semaphore, v, v - 1, step_kind::rmw) == v)
            return true;
    }
}

bool runtime::take_semaphore_until(const void* s, std::uint64_t until) {
    if (may_time_out()) return try_take_semaphore(s) || passes(until);
    use(s, "semaphore");
    await(word_of(s, location_kind::semaphore), 0, true, graph::rmw_op::sub, 1, step_kind::take,
          order::acquire, true);
    return true;
}

void runtime::give_semaphore(const void* s) {
    use(s, "semaphore");
    change(s, location_kind::semaphore, 0, graph::rmw_op::add, 1, order::release);
}

std::uint64_t runtime::semaphore_value(const void* s) {
    use(s, "semaphore");
    return look_at(s, location_kind::semaphore, order::relaxed);
}

// --- once: 0, then 1 while somebody does it, then 2; 0 again if an exception ended it
// -------------

bool runtime::begin_once(const void* o) {
    flush();
    const graph::location_id l = word_of(o, location_kind::once);
    for (;;) {
        const std::uint64_t was =
            compare_exchange_word(o, location_kind::once, 0, 1, step_kind::rmw);
        if (was != 1) return was == 0;
        if (await(l, 1, true, graph::rmw_op::none, 0, step_kind::take, order::acquire) == 2)
            return false;
    }
}

void runtime::end_once(const void* o, bool done) {
    set_word(o, location_kind::once, 0, done ? 2 : 0, step_kind::store, order::release);
}

void runtime::once(const void* o, void (*f)()) {
    if (!begin_once(o)) return;
    try {
        f();
    } catch (...) {
        end_once(o, false);
        throw;
    }
    end_once(o, true);
}

}  // namespace ringsim::sim::check
