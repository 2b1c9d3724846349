// What threads of programs under check wait for: to be woken, one another, a count, or time. (Locks
// are in locks.cpp, barriers in meeting.cpp.)
//
// Whoever waits at an address enters a set of threads, a word, and then waits for a word of its
// own; whoever wakes takes threads out of the set and sets their words. So a wakeup has a name: it
// is for one thread, cannot be taken by another one, and is never lost once it was given. Who is
// woken, if there are several, is a choice: an execution for each.
//
// Time is each thread's own and moves only when the thread waits or sleeps. Nothing is said of how
// long anything else takes. So a wait with a deadline may end in time or not, whatever the deadline
// is, and both are explored; what is not explored is a wait that times out again and again
// (timeouts_max).
#include <limits.h>

#include <algorithm>
#include <bit>

#include "sim/check/found_out.hpp"
#include "sim/check/own_bytes.hpp"
#include "sim/check/waits.hpp"

namespace ringsim::sim::check {
namespace {

constexpr std::uint64_t everybody = ~std::uint64_t{0};

constexpr std::uint64_t bit_of(unsigned thread) {
    return std::uint64_t{1} << thread;
}

// What passes for a thread that looks at the clock while nothing happens: an hour.
constexpr std::uint64_t long_time = std::uint64_t{3600} * 1'000'000'000;

}  // namespace

void waits::thread_begins(std::uint64_t time) {
    me() = {};
    me().elapsed = time;
    meetings_.thread_begins(events_.thread());
}

// In the bytes of a state only sizes and places count, and these are what a thread has done: see
// own_bytes.hpp.
void waits::note_own_state(std::string& to) const {
    for (const std::uint64_t n : {me().elapsed, std::uint64_t{me().looked_at_clock},
                                  std::uint64_t{me().let_time_pass}, me().spurious.size()})
        add_bytes(to, n);
    add_counts(to, me().held);
    add_counts(to, me().timeouts);
    add_counts(to, me().sleeps);
    for (const void* lock : me().read_held) add_bytes(to, lock);
}

// Once for each place and thread: a loop around a wait, which every correct program has, would
// never end otherwise.
bool waits::spurious() {
    if (!how_.spurious || !me().spurious.insert(here.pc).second) return false;
    return events_.choose(2) != 0;
}

// --- time ----------------------------------------------------------------------------------------

std::uint64_t waits::read_clock() {
    events_.uses_time();
    me().looked_at_clock = true;
    return me().elapsed;
}

// Sleep lasts at least as long as was asked for (POSIX), and here not a bit longer the first time.
// In a loop it lasts longer each time, sixteen times as long, so that one that sleeps until some
// time has passed goes round a few times only. It makes no event: nobody waits for anybody by it.
void waits::sleep(std::uint64_t nanoseconds) {
    events_.uses_time();
    events_.before_event();
    constexpr unsigned longer = 4;  // in powers of two
    const unsigned before = std::min(me().sleeps[here.pc]++, 8u);
    me().elapsed += nanoseconds << (longer * before);
}

// Once in a run of a thread: an hour is longer than any deadline that a program sets for itself.
bool waits::may_let_time_pass() const {
    return me().looked_at_clock && !me().let_time_pass;
}

void waits::let_time_pass() {
    events_.uses_time();
    me().let_time_pass = true;
    me().elapsed += long_time;
}

// Time does not go back: who has waited for what came about earlier goes on at its own time.
void waits::passes_until(std::uint64_t time) {
    me().elapsed = std::max(me().elapsed, time);
}

// `here` is the call that waits: each place of the program may time out that often in each thread.
bool waits::may_time_out() {
    if (me().timeouts[here.pc] < timeouts_max) return true;
    found_out(timeouts_bounded_);
    return false;
}

// Always false, so that a caller can say `done || passes(until)`.
bool waits::passes(std::uint64_t until) {
    events_.uses_time();
    ++me().timeouts[here.pc];
    passes_until(until);
    return false;
}

// A deadline that has passed already is no choice. Whoever is not woken in time goes on at the
// deadline.
bool waits::time_is_up(std::uint64_t until) {
    if (until == no_time || !may_time_out()) return false;
    const bool over = until <= me().elapsed;
    return (over || events_.choose(2) == 1) && !passes(until);
}

// --- to be woken ---------------------------------------------------------------------------------

// The word is set back by the same event that waits for it, so that the next wait finds it at 0.
// The acquire pairs with the release of wake(): what the waker did comes before what the woken
// does.
void waits::take_wakeup(const void* at, bool timed) {
    events_.await(events_.word_of(at, location_kind::wakeup, events_.thread()), 1, false,
                  graph::rmw_op::exchange, 0, step_kind::take, order::acquire, timed);
}

// Where the time is up and somebody has woken the thread meanwhile, the thread was woken: whoever
// did so counts on it.
bool waits::block(const void* at, std::uint64_t until) {
    if (time_is_up(until) && leave_wait(at)) return false;
    take_wakeup(at, until != no_time);
    return true;
}

// The thread takes itself out of the set. Only one thread can do that with a bit: if it was gone,
// somebody has woken this one, and its word is set or will be.
bool waits::leave_wait(const void* at) {
    const std::uint64_t mine = bit_of(events_.thread());
    if (events_.change(at, location_kind::condition, 0, graph::rmw_op::bit_and, ~mine,
                       order::acq_rel) &
        mine)
        return true;
    return false;
}

// POSIX, pthread_cond_wait(): to unlock the mutex and to wait are one step for those who signal
// with the mutex held. The thread is in the set before it unlocks, so a signal behind that finds
// it. The mutex is locked again whatever ended the wait. A wakeup without a reason, which POSIX
// allows, is a wait that ended at once.
bool waits::wait(const void* c, const void* m, std::uint64_t until) {
    use(c, "condition variable");
    const mutex_kind kind = kind_of(m);
    if (!held_lock(m))
        events_.fail("waits for a condition variable with a mutex that the thread does not hold");
    if (spurious()) {
        unlock(m, kind);
        lock(m, kind);
        return true;
    }
    events_.change(c, location_kind::condition, 0, graph::rmw_op::bit_or, bit_of(events_.thread()),
                   order::acq_rel);
    unlock(m, kind);
    const bool woken = block(c, until);
    lock(m, kind);
    return woken;
}

// Behind taking the thread out of the set, never before: so the word of a thread is set once for
// each wait.
void waits::wake(const void* c, unsigned t) {
    events_.set_word(c, location_kind::wakeup, t, 1, step_kind::set, order::release);
}

// Of the `among` who wait now, each may be the one: POSIX does not say who.
std::uint64_t waits::wake_any(const void* c, std::uint64_t among) {
    for (;;) {
        const std::uint64_t waiting =
            events_.look_at(c, location_kind::condition, order::acquire) & among;
        if (waiting == 0) return 0;
        const auto ways = static_cast<unsigned>(std::popcount(waiting));
        std::uint64_t nth = ways == 1 ? 0 : events_.choose(ways);
        std::uint64_t rest = waiting;
        // The lowest bit that is set, behind the `nth` that were taken away.
        while (nth-- > 0) rest &= rest - 1;
        const std::uint64_t one = rest & (~rest + 1);
        // Another thread may have woken it meanwhile.
        if ((events_.change(c, location_kind::condition, 0, graph::rmw_op::bit_and, ~one,
                            order::acq_rel) &
             one) == 0)
            continue;
        wake(c, static_cast<unsigned>(std::countr_zero(one)));
        return one;
    }
}

// All in one step, as the kernel and libc do it: who enters behind that is not woken.
unsigned waits::wake_everybody(const void* c) {
    std::uint64_t waiting =
        events_.change(c, location_kind::condition, 0, graph::rmw_op::exchange, 0, order::acq_rel);
    const auto woken = static_cast<unsigned>(std::popcount(waiting));
    for (; waiting != 0; waiting &= waiting - 1)
        wake(c, static_cast<unsigned>(std::countr_zero(waiting)));
    return woken;
}

void waits::wake_one(const void* c) {
    use(c, "condition variable");
    wake_any(c, everybody);
}

void waits::wake_all(const void* c) {
    use(c, "condition variable");
    wake_everybody(c);
}

// POSIX leaves it undefined to destroy a condition variable for which somebody waits. One who was
// woken is out of the set and needs it no longer.
void waits::destroy_condition(const void* c) {
    destroy(c, "condition variable");
    if (events_.look_at(c, location_kind::condition, order::acquire) != 0)
        events_.fail("a condition variable is destroyed while a thread waits for it");
}

// --- futexes: a set of threads, between which and the value stand full barriers ------------------

// For futexes and files, where the waiter looks at a value behind this and the waker changes it in
// front of notify(): see futex.cpp.
void waits::enter_wait(const void* at) {
    events_.change(at, location_kind::condition, 0, graph::rmw_op::bit_or, bit_of(events_.thread()),
                   order::acq_rel);
    events_.fence(order::seq_cst);
}

// At most so many. With nobody in the set there is no write. The kernel holds the lock of the queue
// while it wakes: nobody is woken twice who waits again meanwhile (`among`).
unsigned waits::notify(const void* at, std::uint64_t most) {
    events_.fence(order::seq_cst);
    if (most >= threads_max) {
        const bool none = events_.look_at(at, location_kind::condition, order::acquire) == 0;
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

// Its first value is no release: whoever uses it must have been told of it in a way that orders it.
void waits::set_semaphore(const void* s, std::uint64_t n) {
    me().most.erase(s);
    events_.set_word(s, location_kind::semaphore, 0, n, step_kind::store, order::relaxed);
}

void waits::await_semaphore(const void* s, bool timed) {
    // Waits until the count is not 0, and takes one away, in one event.
    events_.await(events_.word_of(s, location_kind::semaphore), 0, true, graph::rmw_op::sub, 1,
                  step_kind::take, order::acquire, timed);
}

void waits::take_semaphore(const void* s) {
    use(s, "semaphore");
    await_semaphore(s, false);
}

// Another thread that changes the count in between is no reason to fail.
bool waits::try_take_semaphore(const void* s) {
    use(s, "semaphore");
    for (;;) {
        const std::uint64_t v = events_.look_at(s, location_kind::semaphore, order::relaxed);
        if (v == 0) return false;
        if (events_.compare_exchange_word(s, location_kind::semaphore, v, v - 1, step_kind::rmw) ==
            v)
            return true;
    }
}

bool waits::take_semaphore_until(const void* s, std::uint64_t until) {
    // As lock_until() (locks.cpp): what is had in time is there by then.
    if (may_time_out()) return try_take_semaphore(s) || passes(until);
    use(s, "semaphore");
    await_semaphore(s, true);
    return true;
}

// The limit is that of C++'s counting_semaphore, which undefined behaviour lies behind.
void waits::give_semaphore(const void* s) {
    use(s, "semaphore");
    const std::uint64_t before =
        events_.change(s, location_kind::semaphore, 0, graph::rmw_op::add, 1, order::release);
    const auto most = me().most.find(s);
    if (most == me().most.end() && before >= SEM_VALUE_MAX)
        events_.refuse(2, "a semaphore is full (SEM_VALUE_MAX), which is not modelled");
    if (most != me().most.end() && before >= most->second)
        events_.fail("a semaphore is released more often than it may hold: max() is " +
                     std::to_string(most->second));
}

// sem_getvalue(): it orders nothing.
std::uint64_t waits::semaphore_value(const void* s) {
    use(s, "semaphore");
    return events_.look_at(s, location_kind::semaphore, order::relaxed);
}

// --- once: 0, then 1 while somebody does it, then 2; 0 again if an exception ended it ------------

// The one that makes it 1 does it. The others wait until it is not 1: at 2 they go on behind all
// that was done, at 0 they try in their turn. The compare-exchange reads with acquire, for those
// who find 2 at once.
bool waits::begin_once(const void* o) {
    events_.before_event();
    const graph::location_id l = events_.word_of(o, location_kind::once);
    for (;;) {
        const std::uint64_t was =
            events_.compare_exchange_word(o, location_kind::once, 0, 1, step_kind::rmw);
        if (was != 1) return was == 0;
        if (events_.await(l, 1, true, graph::rmw_op::none, 0, step_kind::take, order::acquire) == 2)
            return false;
    }
}

void waits::end_once(const void* o, bool done) {
    events_.set_word(o, location_kind::once, 0, done ? 2 : 0, step_kind::store, order::release);
}

// C++, std::call_once: an exception leaves it undone, and the next one who comes tries.
void waits::once(const void* o, void (*f)()) {
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
