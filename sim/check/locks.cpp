// Locks of programs under check.
//
// A lock is a word of its own, taken by an exchange that waits for 0 and given back by a store of
// 0; which thread has it is the thread's own knowledge. So what is free, and what happens before
// what by a lock, comes out of the model's rules for these accesses: the exchange is an acquire,
// the store a release, as C11 and POSIX have it. The bytes of the program's own object play no part
// in it, but for the kind of a mutex, which may be set by an initialiser.
//
// A thread that waits for a lock has no loop: the event itself waits (label::await), and if nobody
// ever gives the lock back the execution ends as a deadlock.
#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "sim/check/found_out.hpp"
#include "sim/check/waits.hpp"

namespace ringsim::sim::check {
namespace {

// The word of a lock for readers and writers: `written`, or so many times this.
constexpr std::uint64_t readers_unit = 2;
constexpr std::uint64_t written = 1;  // a writer has it, or the owner of a mutex

// As glibc has them in __data.__kind: PTHREAD_MUTEX_KIND_MASK_NP, and all bits that it may set.
constexpr int kind_bits = 3;
constexpr int kind_known = 0x1ff;  // with what says that it is robust, shared, of a priority

}  // namespace

mutex_kind waits::kind_of(const void* m) {
    // The program's memory is read, for others may write there: by an assignment of an initialiser.
    // Bits that glibc does not know are what was in the memory before.
    const char* at = static_cast<const char*>(m) + mutex_kind_offset;
    const bool unwritten = events_.touch(at, sizeof(int));
    int kind = 0;
    std::memcpy(&kind, at, sizeof kind);
    if (unwritten || (kind & ~kind_known))
        events_.fail("a mutex that was never initialised is used");
    switch (kind & kind_bits) {
        case PTHREAD_MUTEX_RECURSIVE:
            return mutex_kind::recursive;
        case PTHREAD_MUTEX_ERRORCHECK:
            return mutex_kind::error_checking;
        default:
            return mutex_kind::normal;
    }
}

// A pointer into a list that the next lock or unlock may move.
std::pair<const void*, unsigned>* waits::held_lock(const void* m) {
    auto& held = me().held;
    const auto mine = std::ranges::find(held, m, &std::pair<const void*, unsigned>::first);
    return mine == held.end() ? nullptr : &*mine;
}

// An exchange that waits. `patient`: the thread has no event before the lock is free, and the
// orders in which several wait for it need not be told apart (sim/graph/lock_queue.hpp). The word
// is read by such events alone then, as the queue asks: the first who looks at it in another way
// makes the exploration begin again.
void waits::take_lock(const void* m) {
    events_.before_event();
    graph::label at = events_.label_for(graph::event_kind::read, step_kind::lock,
                                        events_.word_of(m, location_kind::lock));
    at.op = graph::rmw_op::exchange;
    at.value = written;
    at.await = true;
    at.patient = how_.locks_in_queue && !is_looked_at(m);
    if (!is_looked_at(m)) found_one(only_awaited_, m);
    events_.perform(access::rmw, at, order::acquire);
}

void waits::look_at_lock(const void* m) {
    if (found_one(looked_at_, m) && only_awaited_.contains(m)) events_.start_again();
}

// That one more thread sees it ends what was right so far: that nobody sees rounds of a loop which
// take the lock and give it back.
void waits::see_lock(const void* m) {
    look_at_lock(m);
    if (found_one(seen_by_, std::pair{m, events_.thread()})) events_.start_again();
}

bool waits::is_seen_by_others(const void* m) const {
    const unsigned t = events_.thread();
    return std::ranges::any_of(
        seen_by_, [&](const auto& seen) { return seen.first == m && seen.second != t; });
}

std::vector<std::pair<const void*, unsigned>> waits::held() const {
    auto all = me().held;
    for (const void* m : me().read_held) all.emplace_back(m, 0);
    return all;
}

void waits::await_lock(const void* m, std::uint64_t expected, bool other, graph::rmw_op op,
                       std::uint64_t v, bool timed) {
    look_at_lock(m);
    events_.await(events_.word_of(m, location_kind::lock), expected, other, op, v, step_kind::lock,
                  order::acquire, timed);
}

// A thread that locks a normal mutex twice waits for itself, which is a hang, as POSIX has it. A
// recursive mutex that it has costs no event, for nobody else could tell.
bool waits::lock(const void* m, mutex_kind kind) {
    use(m, "lock");
    if (auto* mine = held_lock(m); mine && kind != mutex_kind::normal) {
        if (kind == mutex_kind::error_checking) return false;
        ++mine->second;
        return true;
    }
    take_lock(m);
    me().held.emplace_back(m, 1);
    return true;
}

// An attempt that fails reads the word and writes nothing. An error-checking mutex that the thread
// has itself is locked like any other: the answer is EBUSY (POSIX).
bool waits::try_lock(const void* m, mutex_kind kind) {
    use(m, "lock");
    see_lock(m);
    if (auto* mine = held_lock(m); mine && kind == mutex_kind::recursive) {
        ++mine->second;
        return true;
    }
    if (events_.compare_exchange_word(m, location_kind::lock, 0, written, step_kind::lock) != 0)
        return false;
    me().held.emplace_back(m, 1);
    return true;
}

// A lock that is had in time is one that is free by then; the others are not waited for, except
// after too many attempts. So the wait is a look: to have waited and got it in time is the same as
// to have looked later. After timeouts_max times the thread waits as if it had no deadline, or a
// loop around this would have no end; and to wait for ever there is no hang (`timed`).
bool waits::lock_until(const void* m, mutex_kind kind, std::uint64_t until) {
    if (may_time_out()) return try_lock(m, kind) || passes(until);
    use(m, "lock");
    if (held_lock(m) && kind == mutex_kind::recursive) return lock(m, kind);
    await_lock(m, 0, false, graph::rmw_op::exchange, written, true);
    me().held.emplace_back(m, 1);
    return true;
}

// The owner is known without an event: only who locked it can unlock it, which POSIX leaves
// undefined otherwise, except for mutexes that report errors. C++ calls it undefined, too,
// [thread.mutex.class].
bool waits::unlock(const void* m, mutex_kind kind) {
    use(m, "lock");
    auto* mine = held_lock(m);
    if (!mine && kind != mutex_kind::normal) return false;
    if (!mine) events_.fail("unlock of a lock that the thread does not hold");
    if (--mine->second > 0) return true;
    auto& held = me().held;
    held.erase(held.begin() + (mine - held.data()));
    events_.set_word(m, location_kind::lock, 0, 0, step_kind::unlock, order::release);
    return true;
}

// For memory that goes away while the thread still has a lock in it.
bool waits::holds_lock_in(const void* from, std::size_t bytes) const {
    const auto inside = [&](const void* lock) {
        return static_cast<std::size_t>(static_cast<const char*>(lock) -
                                        static_cast<const char*>(from)) < bytes;
    };
    return std::ranges::any_of(me().held, [&](const auto& lock) { return inside(lock.first); }) ||
           std::ranges::any_of(me().read_held, inside);
}

// --- readers and writers: `written`, or a multiple of `readers_unit` -----------------------------

// Waits until no writer has it, whoever reads. What a writer did before is seen by the acquire;
// that readers give it back by a release orders the next writer behind them.
void waits::lock_shared(const void* m) {
    use(m, "lock");
    await_lock(m, written, true, graph::rmw_op::add, readers_unit, false);
    me().read_held.push_back(m);
}

bool waits::try_lock_shared(const void* m) {
    use(m, "lock");
    see_lock(m);
    for (;;) {
        // Only a writer makes it fail. Another reader that came or went in between is no reason:
        // the word is read again.
        const std::uint64_t v = events_.look_at(m, location_kind::lock, order::relaxed);
        if (v == written) return false;
        if (events_.compare_exchange_word(m, location_kind::lock, v, v + readers_unit,
                                          step_kind::lock) != v)
            continue;
        me().read_held.push_back(m);
        return true;
    }
}

bool waits::lock_shared_until(const void* m, std::uint64_t until) {
    if (may_time_out()) return try_lock_shared(m) || passes(until);
    use(m, "lock");
    await_lock(m, written, true, graph::rmw_op::add, readers_unit, true);
    me().read_held.push_back(m);
    return true;
}

// One function for both in POSIX and in C++'s library. A thread cannot have it both ways: for a
// writer the word would have to be 0.
void waits::unlock_either(const void* m) {
    auto& held = me().read_held;
    const auto mine = std::ranges::find(held, m);
    if (mine == held.end()) {
        unlock(m, mutex_kind::normal);
        return;
    }
    use(m, "lock");
    held.erase(mine);
    events_.change(m, location_kind::lock, 0, graph::rmw_op::sub, readers_unit, order::release,
                   step_kind::unlock);
}

// POSIX leaves it undefined to destroy a lock that is locked. The look at the word is an event: it
// is not ordered by the queue.
void waits::destroy_lock(const void* m, const char* what) {
    destroy(m, what);
    look_at_lock(m);
    if (events_.look_at(m, location_kind::lock, order::acquire) != 0)
        events_.fail(std::string("a ") + what + " is destroyed while it is locked");
}

// --- objects that are made and destroyed by calls ------------------------------------------------

namespace {

// What a word of the kind `life` is: 0 before anything is known, then one of these.
constexpr std::uint64_t made = 1;
constexpr std::uint64_t gone = 2;
// The number of the word of an object's life that is not accessed atomically.
constexpr unsigned with_plain_accesses = 1;

}  // namespace

// Where others may be too early (`late`: there are threads by now), the initialisation is a plain
// write, and each use a plain read, so that a use which is not ordered behind the initialisation is
// a data race as any other. Otherwise a use has no event for it.
void waits::initialise(const void* object, const char* what, bool late) {
    events_.before_event();
    if (late && initialised_.insert(object).second) events_.start_again();
    if (!events_.is_on_stack(object) && holds_lock_in(object, 1))
        events_.fail(std::string("a ") + what + " is initialised while it is locked");
    const std::uint64_t was = events_.change(object, location_kind::life, 0,
                                             graph::rmw_op::exchange, made, order::relaxed);
    // What was on a stack before is another object.
    if (was == made && !events_.is_on_stack(object))
        events_.fail(std::string("a ") + what + " is initialised twice");
    if (initialised_.contains(object))
        events_.set_word(object, location_kind::life, with_plain_accesses, made, step_kind::store,
                         order::plain);
}

// Uses cost an event only of what is destroyed in some execution: the first time that happens the
// exploration begins again, and all uses from then on look. The read of the object is an access to
// its memory, which may have been freed.
void waits::destroy(const void* object, const char* what) {
    events_.before_event();
    if (destroyed_.insert(object).second) events_.start_again();
    events_.touch(object, 1);
    if (events_.change(object, location_kind::life, 0, graph::rmw_op::exchange, gone,
                       order::relaxed) == gone)
        events_.fail(std::string("a ") + what + " is destroyed twice");
}

bool waits::is_destroyed(const void* object) {
    events_.before_event();
    return destroyed_.contains(object) &&
           events_.look_at(object, location_kind::life, order::relaxed) == gone;
}

// A word that has its address, for there is no read of the object's memory which would not depend
// on what is in it. Only of what is notified in some execution and freed in some.
void waits::freed(const void* from, std::size_t bytes) {
    const char* const end = static_cast<const char*>(from) + bytes;
    for (auto i = notified_.lower_bound(from); i != notified_.end() && *i < end; ++i) {
        if (destroyed_.insert(*i).second) events_.start_again();
        events_.change(*i, location_kind::life, 0, graph::rmw_op::exchange, gone, order::relaxed);
    }
}

void waits::check_alive(const void* at) {
    events_.before_event();
    if (notified_.insert(at).second) events_.start_again();
    if (is_destroyed(at))
        events_.fail("use after free: an atomic whose memory was freed is notified");
}

// The first bytes of each such object are written by its initialisation, and by its initialiser.
void waits::check_initialised(const void* object, const char* what) {
    if (events_.touch(object, sizeof(int)))
        events_.fail(std::string("a ") + what + " that was never initialised is used");
}

// A relaxed read: it finds an object that is destroyed in some execution, in which this use comes
// behind that. It orders nothing itself.
void waits::use(const void* object, const char* what) {
    events_.before_event();
    if (initialised_.contains(object))
        events_.perform(
            access::load,
            events_.label_for(graph::event_kind::read, step_kind::load,
                              events_.word_of(object, location_kind::life, with_plain_accesses)),
            order::plain);
    if (!destroyed_.contains(object)) return;
    if (events_.look_at(object, location_kind::life, order::relaxed) == gone)
        events_.fail(std::string("a ") + what + " is used after it was destroyed");
}

}  // namespace ringsim::sim::check
