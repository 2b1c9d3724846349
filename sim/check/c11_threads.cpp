// C11's <threads.h>, as the program under check sees it: a call of NAME in its code arrives at
// ringsim_NAME.
//
// Source: ISO C, "Threads". glibc's types are those of POSIX threads under other names and with the
// same layout, so nearly everything is what posix_threads.cpp does, with C11's results:
// thrd_success, thrd_busy, thrd_timedout, thrd_error.
//
// A thread's id is its number plus one, as in POSIX threads here: main() is 1, and 0 is no thread.
// Times are absolute, of the clock of TIME_UTC.
#include <pthread.h>
#include <threads.h>

#include "sim/check/caller.hpp"
#include "sim/check/clock.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

// NOLINTBEGIN: names that the library chose
extern "C" {

int ringsim_pthread_mutexattr_init(pthread_mutexattr_t* a);
int ringsim_pthread_mutexattr_settype(pthread_mutexattr_t* a, int type);
int ringsim_pthread_mutex_init(pthread_mutex_t* m, const pthread_mutexattr_t* a);
int ringsim_pthread_cond_init(pthread_cond_t* c, const pthread_condattr_t* a);

// A thread's result is an int where a POSIX thread's is a pointer: both in the same register.
int ringsim_thrd_create(thrd_t* to, thrd_start_t f, void* argument) {
    RINGSIM_ENTER;
    static_assert(sizeof *to == sizeof(std::uint64_t));
    active->create_thread(reinterpret_cast<thread_function>(reinterpret_cast<void*>(f)), argument,
                          reinterpret_cast<std::uint64_t*>(to));
    return thrd_success;
}
// What is no thread's id, or main()'s, is an error for the caller. A thread that is joined or
// detached twice, which C leaves undefined, is a violation: see join_thread().
int ringsim_thrd_join(thrd_t id, int* result) {
    RINGSIM_ENTER;
    if (id < 2 || id > ringsim::sim::threads_max) return thrd_error;
    const auto got =
        reinterpret_cast<std::uintptr_t>(active->join_thread(static_cast<unsigned>(id - 1)));
    if (result)
        active->store_now(reinterpret_cast<char*>(result), sizeof(int),
                          static_cast<std::uint32_t>(got));
    return thrd_success;
}
// A thread may end so from inside of calls; nothing behind the call is executed.
[[noreturn]] void ringsim_thrd_exit(int result) {
    RINGSIM_ENTER;
    active->leave_thread(reinterpret_cast<void*>(static_cast<std::uintptr_t>(result)));
}
thrd_t ringsim_thrd_current() {
    return active->asked_thread() + 1;
}
int ringsim_thrd_detach(thrd_t id) {
    RINGSIM_ENTER;
    if (id < 2 || id > ringsim::sim::threads_max) return thrd_error;
    active->detach_thread(static_cast<unsigned>(id - 1));
    return thrd_success;
}
int ringsim_thrd_equal(thrd_t a, thrd_t b) {
    return a == b;
}
// Other threads may run at each event anyway, and nothing is ordered by it: no event.
void ringsim_thrd_yield() {}

// C11's mutexes are POSIX ones, with another set of constants. mtx_timed has no bit of its own:
// each mutex can be waited for until a time. Neither kind reports errors, so lock() does not fail.
int ringsim_mtx_init(mtx_t* m, int type) {
    pthread_mutexattr_t a;
    ringsim_pthread_mutexattr_init(&a);
    ringsim_pthread_mutexattr_settype(
        &a, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    return ringsim_pthread_mutex_init(reinterpret_cast<pthread_mutex_t*>(m), &a);
}
void ringsim_mtx_destroy(mtx_t* m) {
    RINGSIM_ENTER;
    active->waiting.destroy_lock(m, "mutex");
}
RINGSIM_ENTRY(ringsim_mtx_lock);
int ringsim_at_ringsim_mtx_lock(mtx_t* m) {
    RINGSIM_ENTER;
    note_arguments(reinterpret_cast<std::uintptr_t>(m));
    active->visit();
    active->waiting.lock(m, active->waiting.kind_of(m));
    return thrd_success;
}
RINGSIM_ENTRY(ringsim_mtx_trylock);
int ringsim_at_ringsim_mtx_trylock(mtx_t* m) {
    RINGSIM_ENTER;
    note_arguments(reinterpret_cast<std::uintptr_t>(m));
    active->visit();
    const mutex_kind kind = active->waiting.kind_of(m);
    return active->waiting.try_lock(m, kind) ? thrd_success : thrd_busy;
}
// try_lock() first: a lock that is free is had, whether or not the time has passed (locks.cpp).
int ringsim_mtx_timedlock(mtx_t* m, const timespec* until) {
    RINGSIM_ENTER;
    const mutex_kind kind = active->waiting.kind_of(m);
    const std::uint64_t time = time_of(CLOCK_REALTIME, given(until));
    return active->waiting.lock_until(m, kind, time) ? thrd_success : thrd_timedout;
}
int ringsim_mtx_unlock(mtx_t* m) {
    RINGSIM_ENTER;
    active->waiting.unlock(m, active->waiting.kind_of(m));
    return thrd_success;
}

// Of a condition variable: a thread that waits gives the mutex back and takes it again, woken or
// not.
int ringsim_cnd_init(cnd_t* c) {
    return ringsim_pthread_cond_init(reinterpret_cast<pthread_cond_t*>(c), nullptr);
}
void ringsim_cnd_destroy(cnd_t* c) {
    RINGSIM_ENTER;
    active->waiting.destroy_condition(c);
}
int ringsim_cnd_wait(cnd_t* c, mtx_t* m) {
    RINGSIM_ENTER;
    active->waiting.wait(c, m, no_time);
    return thrd_success;
}
int ringsim_cnd_timedwait(cnd_t* c, mtx_t* m, const timespec* until) {
    RINGSIM_ENTER;
    const std::uint64_t time = time_of(CLOCK_REALTIME, given(until));
    return active->waiting.wait(c, m, time) ? thrd_success : thrd_timedout;
}
int ringsim_cnd_signal(cnd_t* c) {
    RINGSIM_ENTER;
    active->waiting.wake_one(c);
    return thrd_success;
}
int ringsim_cnd_broadcast(cnd_t* c) {
    RINGSIM_ENTER;
    active->waiting.wake_all(c);
    return thrd_success;
}
// Whoever is not the first waits until the first one has returned from `f`, and then sees all that
// it did.
void ringsim_call_once(once_flag* o, void (*f)()) {
    RINGSIM_ENTER;
    active->waiting.once(o, f);
}
// The values are the threads' own, behind numbers that are the keys (endings.cpp): no event is
// needed to set or get one.
int ringsim_tss_create(tss_t* key, tss_dtor_t destructor) {
    RINGSIM_ENTER;
    active->store_now(reinterpret_cast<char*>(key), sizeof *key,
                      active->at_end.new_key(active->asked_thread(), destructor));
    return thrd_success;
}
// As pthread_key_delete(), which glibc makes of it: no destructor is called any more.
void ringsim_tss_delete(tss_t key) {
    RINGSIM_ENTER;
    check_key(key);
    active->waiting.destroy(key_object(key), "key");
}
int ringsim_tss_set(tss_t key, void* value) {
    RINGSIM_ENTER;
    check_key(key);
    active->at_end.value(active->thread(), key) = value;
    return thrd_success;
}
void* ringsim_tss_get(tss_t key) {
    RINGSIM_ENTER;
    check_key(key);
    return active->at_end.value(active->thread(), key);
}

}  // extern "C"
// NOLINTEND
