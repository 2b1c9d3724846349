// What threads of a program under check wait for: locks, to be woken, one another, a count, or
// time.
//
// Each is made of words (events.hpp), which belong to the address of the program's object. What a
// thread knows of it by itself (the locks that it has, how long it has slept) is in no word and has
// no event.
#pragma once

#include <pthread.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/check/events.hpp"
#include "sim/check/meeting.hpp"

namespace ringsim::sim::check {

enum class mutex_kind : std::uint8_t { normal, recursive, error_checking };

inline constexpr std::uint64_t no_time = ~std::uint64_t{0};
// How often the time of one wait is up in one thread; after that it is not, so that a loop that
// tries again for ever has an end.
inline constexpr unsigned timeouts_max = 2;
// Where pthread_mutexattr_settype()'s kind stands in a mutex.
inline constexpr std::size_t mutex_kind_offset = offsetof(pthread_mutex_t, __data.__kind);

// How waiting is explored.
struct ways_to_wait {
    bool barriers_at_once = false;  // whatever the order is in which threads come to one
    // Whoever waits for a lock has no event before it is free: sim/graph/lock_queue.hpp.
    bool locks_in_queue = false;
    bool spurious = false;  // what may wake or fail without a reason does so, once a place
};

class waits {
  public:
    waits(events& of, const ways_to_wait& how) : events_(of), how_(how) {}

    void begin_exploration() { meetings_.begin_exploration(); }
    // The running thread begins, and knows nothing.
    void thread_begins(std::uint64_t time);
    // Whether orders of arrival at a barrier were left out in this exploration.
    bool met_at_once() const { return meetings_.used(); }
    // Whether a wait was not tried with more than timeouts_max timeouts.
    bool timeouts_bounded() const { return timeouts_bounded_; }
    // All that the running thread knows by itself, byte by byte: appends it.
    void note_own_state(std::string& to) const;
    // Whether the compare-exchange, or the wait, that stands here is without success this time,
    // for no reason: a choice.
    bool spurious();
    // Whether somebody asks for these.
    bool explores_spurious() const { return how_.spurious; }

    // --- objects that are made and destroyed by calls --------------------------------------------
    // `what` is how a message calls the object. `late`: while other threads may be there, who are
    // to come behind it.
    void initialise(const void* object, const char* what, bool late);
    void destroy(const void* object, const char* what);
    bool is_destroyed(const void* object);
    // Fails if nobody has written what the object begins with.
    void check_initialised(const void* object, const char* what);
    // Called at each use: fails if it has been destroyed.
    void use(const void* object, const char* what);

    // --- locks -----------------------------------------------------------------------------------
    // What kind of mutex is at `m`, as glibc lays it out: it may have been initialised by value.
    mutex_kind kind_of(const void* m);
    // False for a mutex that reports errors, if the thread has it already.
    bool lock(const void* m, mutex_kind kind);
    bool try_lock(const void* m, mutex_kind kind);
    // As try_lock(), where waiting is possible and the time may be up before.
    bool lock_until(const void* m, mutex_kind kind, std::uint64_t until);
    // False for a mutex that reports errors, if the thread does not have it.
    bool unlock(const void* m, mutex_kind kind);
    void lock_shared(const void* m);
    bool try_lock_shared(const void* m);
    bool lock_shared_until(const void* m, std::uint64_t until);
    void unlock_either(const void* m);
    void destroy_lock(const void* m, const char* what);

    // --- to be woken -----------------------------------------------------------------------------
    // Condition variables: whoever waits is woken by name, never without being woken. Until time
    // `until` if it is not `no_time`; false if the time was up.
    bool wait(const void* c, const void* m, std::uint64_t until);
    void wake_one(const void* c);
    void wake_all(const void* c);
    void destroy_condition(const void* c);
    // Futexes and their like: enter_wait(), a look at the value, then leave_wait() or block().
    void enter_wait(const void* at);
    // False if somebody has woken the thread already.
    bool leave_wait(const void* at);
    // False if the time was up.
    bool block(const void* at, std::uint64_t until);
    // Returns how many were woken.
    unsigned notify(const void* at, std::uint64_t most);
    // Of an object that is an address and nothing more, as the one that is notified: that its
    // memory was not freed, which freed() notes in front of that.
    void check_alive(const void* at);
    void freed(const void* from, std::size_t bytes);

    // --- one another, and a count ----------------------------------------------------------------
    // A barrier of `n` threads: sim/check/meeting.cpp. True for one of them; `heeds`: if it looks.
    bool meet(const void* b, unsigned n, bool heeds);
    void set_semaphore(const void* s, std::uint64_t n);
    void take_semaphore(const void* s);
    bool try_take_semaphore(const void* s);
    bool take_semaphore_until(const void* s, std::uint64_t until);
    void give_semaphore(const void* s);
    // The running thread, which gives it next, is told so in front of that: it is an error to give
    // it more.
    void semaphore_holds_at_most(const void* s, std::uint64_t n) { me().most[s] = n; }
    std::uint64_t semaphore_value(const void* s);
    // Whether the caller is the one to do it, and then to call end_once().
    bool begin_once(const void* o);
    void end_once(const void* o, bool done);
    void once(const void* o, void (*f)());

    // --- time, which passes for each thread alone and only when it waits -------------------------
    // Nanoseconds since the thread's program began. The thread is seen to look.
    std::uint64_t read_clock();
    void sleep(std::uint64_t nanoseconds);
    std::uint64_t elapsed(unsigned thread) const { return threads_[thread].elapsed; }
    // The running thread was made at this time, or has waited for something that came about then.
    void starts_at(std::uint64_t time) { me().elapsed = time; }
    void passes_until(std::uint64_t time);
    // Whether somebody looks at the lock otherwise than by waiting for it.
    bool is_looked_at(const void* m) const { return looked_at_.contains(m); }
    // By what goes on whether the lock is free or not.
    void see_lock(const void* m);
    // Whether another thread than the running one may see that the lock is taken.
    bool is_seen_by_others(const void* m) const;
    // Of the running thread: locks, and how often; 0 of those that it shares with readers.
    std::vector<std::pair<const void*, unsigned>> held() const;
    // Whether the running thread holds a lock that stands in this memory.
    bool holds_lock_in(const void* from, std::size_t bytes) const;
    // A loop of the running thread goes round. Whether it may be that it looks at the clock until a
    // long time has passed, which is a choice then; and the time passes.
    bool may_let_time_pass() const;
    void let_time_pass();

  private:
    // What a thread knows by itself, in one run of it.
    struct thread_knows {
        std::vector<std::pair<const void*, unsigned>> held;  // locks, and how often
        std::vector<const void*> read_held;
        std::uint64_t elapsed = 0;  // of its own time
        bool looked_at_clock = false;
        bool let_time_pass = false;
        std::map<const void*, unsigned> timeouts;  // by the place of the wait
        std::map<const void*, unsigned> sleeps;
        std::set<const void*> spurious;             // places where it failed without a reason
        std::map<const void*, std::uint64_t> most;  // of semaphores, as it was told
    };

    thread_knows& me() { return threads_[events_.thread()]; }
    const thread_knows& me() const { return threads_[events_.thread()]; }
    // Of the running thread; nullptr if it does not have the lock.
    std::pair<const void*, unsigned>* held_lock(const void* m);
    // Waits until nobody has the lock.
    void take_lock(const void* m);
    // The lock is looked at, and its word then perhaps another one.
    void look_at_lock(const void* m);
    // Waits for a lock, whose word is then `op` of `v`, or for a semaphore.
    void await_lock(const void* m, std::uint64_t expected, bool other, graph::rmw_op op,
                    std::uint64_t v, bool timed);
    void await_semaphore(const void* s, bool timed);
    void wake(const void* c, unsigned thread);
    // Wakes one of `among` that waits, and returns it; 0 if none does.
    std::uint64_t wake_any(const void* c, std::uint64_t among);
    unsigned wake_everybody(const void* c);
    // Waits to be woken, and takes that back.
    void take_wakeup(const void* at, bool timed);
    bool meet_by_count(const void* b, unsigned n);
    bool meet_at_once(const void* b);
    // Whether the time of the wait here may be up once more.
    bool may_time_out();
    // Time goes on until then. False.
    bool passes(std::uint64_t until);
    // Whether the time of the wait here is up in this execution: a choice.
    bool time_is_up(std::uint64_t until);

    events& events_;
    const ways_to_wait how_;
    std::array<thread_knows, threads_max> threads_;
    std::set<const void*> destroyed_;    // objects that are, in some execution
    std::set<const void*> notified_;     // objects that are, in some execution
    std::set<const void*> initialised_;  // objects that are, in some execution, late
    // Locks that were waited for as if nobody looked at them otherwise, and those that somebody did
    // look at.
    std::set<const void*> only_awaited_;
    std::set<const void*> looked_at_;
    std::set<std::pair<const void*, unsigned>> seen_by_;  // locks, and threads
    meetings meetings_;
    bool timeouts_bounded_ = false;
};

}  // namespace ringsim::sim::check
