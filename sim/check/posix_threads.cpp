// POSIX threads, as the program under check sees them: a call of NAME in its code arrives at
// ringsim_NAME. A lock is a word: taken by an exchange that waits, given back by a store.
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>
#include <cstddef>

#include "sim/check/clock.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

// Constructors of static objects run before there is a second thread.
#define RINGSIM_ALONE(result) \
    if (!active || !active->running()) return result

namespace {

// What is written into an object by its initialisation, which others may not have seen yet.
void write_int(void* at, int value, const void* pc) {
    if (active && active->running())
        active->store_now(static_cast<char*>(at), sizeof value, static_cast<unsigned>(value), pc);
    else
        *static_cast<int*>(at) = value;
}

int read_int(const void* at, const void* pc) {
    active->plain_load(static_cast<char*>(const_cast<void*>(at)), sizeof(int), pc);
    return *static_cast<const int*>(at);
}

void initialise(void* object, const char* what, int value, const void* pc) {
    if (active && active->running()) active->initialise(object, what, pc);
    write_int(object, value, pc);
}

bool is_thread(std::uint64_t id) {
    return id >= 2 && id <= ringsim::sim::threads_max;
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// --- threads ------------------------------------------------------------------------------------
int ringsim_pthread_create(pthread_t* to, const pthread_attr_t* a, void* (*f)(void*),
                           void* argument) {
    static_assert(sizeof *to == sizeof(std::uint64_t));
    active->create_thread(f, argument, to, RINGSIM_PC);
    if (a && *reinterpret_cast<const int*>(a) == PTHREAD_CREATE_DETACHED)
        active->detach_thread(static_cast<unsigned>(*to - 1), RINGSIM_PC);
    return 0;
}
int ringsim_pthread_join(pthread_t id, void** result) {
    if (id == active->thread() + 1) return EDEADLK;
    if (!is_thread(id)) active->fail("pthread_join() of what is no thread", RINGSIM_PC);
    void* const got = active->join_thread(static_cast<unsigned>(id - 1), RINGSIM_PC);
    if (result)
        active->store_now(reinterpret_cast<char*>(result), sizeof got,
                          reinterpret_cast<std::uintptr_t>(got), RINGSIM_PC);
    return 0;
}
int ringsim_pthread_detach(pthread_t id) {
    if (!is_thread(id)) active->fail("pthread_detach() of what is no thread", RINGSIM_PC);
    active->detach_thread(static_cast<unsigned>(id - 1), RINGSIM_PC);
    return 0;
}
[[noreturn]] void ringsim_pthread_exit(void* result) {
    active->exit_thread(result);
}
pthread_t ringsim_pthread_self() {
    RINGSIM_ALONE(1);
    return active->thread() + 1;
}
int ringsim_pthread_equal(pthread_t a, pthread_t b) {
    return a == b;
}
int ringsim_pthread_attr_init(pthread_attr_t* a) {
    *reinterpret_cast<int*>(a) = PTHREAD_CREATE_JOINABLE;
    return 0;
}
int ringsim_pthread_attr_setdetachstate(pthread_attr_t* a, int state) {
    *reinterpret_cast<int*>(a) = state;
    return 0;
}

// --- mutexes and spin locks -------------------------------------------------------------------
int ringsim_pthread_mutexattr_init(pthread_mutexattr_t* a) {
    *reinterpret_cast<int*>(a) = PTHREAD_MUTEX_NORMAL;
    return 0;
}
int ringsim_pthread_mutexattr_settype(pthread_mutexattr_t* a, int type) {
    *reinterpret_cast<int*>(a) = type;
    return 0;
}
int ringsim_pthread_mutexattr_gettype(const pthread_mutexattr_t* a, int* type) {
    write_int(type, *reinterpret_cast<const int*>(a), RINGSIM_PC);
    return 0;
}
int ringsim_pthread_mutex_init(pthread_mutex_t* m, const pthread_mutexattr_t* a) {
    const int kind = a ? *reinterpret_cast<const int*>(a) : PTHREAD_MUTEX_NORMAL;
    initialise(m, "mutex", 0, RINGSIM_PC);
    write_int(reinterpret_cast<char*>(m) + mutex_kind_offset, kind, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_mutex_destroy(pthread_mutex_t* m) {
    RINGSIM_ALONE(0);
    active->destroy_lock(m, "mutex", RINGSIM_PC);
    return 0;
}
int ringsim_pthread_mutex_lock(pthread_mutex_t* m) {
    RINGSIM_ALONE(0);
    return active->lock(m, active->kind_of_mutex(m, RINGSIM_PC), RINGSIM_PC) ? 0 : EDEADLK;
}
int ringsim_pthread_mutex_trylock(pthread_mutex_t* m) {
    RINGSIM_ALONE(0);
    return active->try_lock(m, active->kind_of_mutex(m, RINGSIM_PC), RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_mutex_timedlock(pthread_mutex_t* m, const timespec* until) {
    const mutex_kind kind = active->kind_of_mutex(m, RINGSIM_PC);
    const std::uint64_t time = time_of(CLOCK_REALTIME, *until);
    return active->lock_until(m, kind, time, RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_mutex_clocklock(pthread_mutex_t* m, clockid_t clock, const timespec* until) {
    const mutex_kind kind = active->kind_of_mutex(m, RINGSIM_PC);
    return active->lock_until(m, kind, time_of(clock, *until), RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_mutex_unlock(pthread_mutex_t* m) {
    RINGSIM_ALONE(0);
    return active->unlock(m, active->kind_of_mutex(m, RINGSIM_PC), RINGSIM_PC) ? 0 : EPERM;
}
int ringsim_pthread_spin_init(pthread_spinlock_t* m, int) {
    initialise(const_cast<int*>(m), "spin lock", 0, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_spin_destroy(pthread_spinlock_t* m) {
    active->destroy_lock(const_cast<int*>(m), "spin lock", RINGSIM_PC);
    return 0;
}
int ringsim_pthread_spin_lock(pthread_spinlock_t* m) {
    active->lock(const_cast<int*>(m), mutex_kind::normal, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_spin_trylock(pthread_spinlock_t* m) {
    return active->try_lock(const_cast<int*>(m), mutex_kind::normal, RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_spin_unlock(pthread_spinlock_t* m) {
    active->unlock(const_cast<int*>(m), mutex_kind::normal, RINGSIM_PC);
    return 0;
}

// --- condition variables ------------------------------------------------------------------------
int ringsim_pthread_condattr_init(pthread_condattr_t* a) {
    *reinterpret_cast<int*>(a) = CLOCK_REALTIME;
    return 0;
}
int ringsim_pthread_condattr_setclock(pthread_condattr_t* a, clockid_t clock) {
    *reinterpret_cast<int*>(a) = clock;
    return 0;
}
int ringsim_pthread_cond_init(pthread_cond_t* c, const pthread_condattr_t* a) {
    initialise(c, "condition variable", a ? *reinterpret_cast<const int*>(a) : CLOCK_REALTIME,
               RINGSIM_PC);
    return 0;
}
int ringsim_pthread_cond_destroy(pthread_cond_t* c) {
    RINGSIM_ALONE(0);
    active->destroy_condition(c, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_cond_wait(pthread_cond_t* c, pthread_mutex_t* m) {
    active->wait(c, m, no_time, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_cond_timedwait(pthread_cond_t* c, pthread_mutex_t* m, const timespec* until) {
    const clockid_t clock = read_int(c, RINGSIM_PC);
    return active->wait(c, m, time_of(clock, *until), RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_cond_clockwait(pthread_cond_t* c, pthread_mutex_t* m, clockid_t clock,
                                   const timespec* until) {
    return active->wait(c, m, time_of(clock, *until), RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_cond_signal(pthread_cond_t* c) {
    RINGSIM_ALONE(0);
    active->wake_one(c, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_cond_broadcast(pthread_cond_t* c) {
    RINGSIM_ALONE(0);
    active->wake_all(c, RINGSIM_PC);
    return 0;
}

// --- barriers -----------------------------------------------------------------------------------
int ringsim_pthread_barrier_init(pthread_barrier_t* b, const pthread_barrierattr_t*, unsigned n) {
    if (n == 0) return EINVAL;
    initialise(b, "barrier", static_cast<int>(n), RINGSIM_PC);
    return 0;
}
int ringsim_pthread_barrier_destroy(pthread_barrier_t* b) {
    active->destroy(b, "barrier", RINGSIM_PC);
    return 0;
}
int ringsim_pthread_barrier_wait(pthread_barrier_t* b) {
    const bool heeds = ringsim_unheeded != RINGSIM_PC;
    active->use(b, "barrier", RINGSIM_PC);
    const auto n = static_cast<unsigned>(read_int(b, RINGSIM_PC));
    return active->meet(b, n, heeds, RINGSIM_PC) ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

// --- readers and writers ------------------------------------------------------------------------
int ringsim_pthread_rwlock_init(pthread_rwlock_t* l, const pthread_rwlockattr_t*) {
    initialise(l, "lock", 0, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_rwlock_destroy(pthread_rwlock_t* l) {
    RINGSIM_ALONE(0);
    active->destroy_lock(l, "lock", RINGSIM_PC);
    return 0;
}
int ringsim_pthread_rwlock_rdlock(pthread_rwlock_t* l) {
    active->lock_shared(l, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_rwlock_tryrdlock(pthread_rwlock_t* l) {
    return active->try_lock_shared(l, RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_rwlock_timedrdlock(pthread_rwlock_t* l, const timespec* until) {
    const std::uint64_t time = time_of(CLOCK_REALTIME, *until);
    return active->lock_shared_until(l, time, RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_rwlock_clockrdlock(pthread_rwlock_t* l, clockid_t clock,
                                       const timespec* until) {
    return active->lock_shared_until(l, time_of(clock, *until), RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_rwlock_wrlock(pthread_rwlock_t* l) {
    active->lock(l, mutex_kind::normal, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_rwlock_trywrlock(pthread_rwlock_t* l) {
    return active->try_lock(l, mutex_kind::normal, RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_rwlock_timedwrlock(pthread_rwlock_t* l, const timespec* until) {
    const std::uint64_t time = time_of(CLOCK_REALTIME, *until);
    return active->lock_until(l, mutex_kind::normal, time, RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_rwlock_clockwrlock(pthread_rwlock_t* l, clockid_t clock,
                                       const timespec* until) {
    const std::uint64_t time = time_of(clock, *until);
    return active->lock_until(l, mutex_kind::normal, time, RINGSIM_PC) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_rwlock_unlock(pthread_rwlock_t* l) {
    active->unlock_either(l, RINGSIM_PC);
    return 0;
}

// --- semaphores ---------------------------------------------------------------------------------
int ringsim_sem_init(sem_t* s, int, unsigned n) {
    initialise(s, "semaphore", static_cast<int>(n), RINGSIM_PC);
    if (active && active->running()) active->set_semaphore(s, n, RINGSIM_PC);
    return 0;
}
int ringsim_sem_destroy(sem_t* s) {
    RINGSIM_ALONE(0);
    active->destroy(s, "semaphore", RINGSIM_PC);
    return 0;
}
int ringsim_sem_wait(sem_t* s) {
    active->take_semaphore(s, RINGSIM_PC);
    return 0;
}
int ringsim_sem_trywait(sem_t* s) {
    if (active->try_take_semaphore(s, RINGSIM_PC)) return 0;
    errno = EAGAIN;
    return -1;
}
int ringsim_sem_clockwait(sem_t* s, clockid_t clock, const timespec* until) {
    if (active->take_semaphore_until(s, time_of(clock, *until), RINGSIM_PC)) return 0;
    errno = ETIMEDOUT;
    return -1;
}
int ringsim_sem_timedwait(sem_t* s, const timespec* until) {
    if (active->take_semaphore_until(s, time_of(CLOCK_REALTIME, *until), RINGSIM_PC)) return 0;
    errno = ETIMEDOUT;
    return -1;
}
int ringsim_sem_post(sem_t* s) {
    active->give_semaphore(s, RINGSIM_PC);
    return 0;
}
int ringsim_sem_getvalue(sem_t* s, int* to) {
    write_int(to, static_cast<int>(active->semaphore_value(s, RINGSIM_PC)), RINGSIM_PC);
    return 0;
}

// --- once, and values of each thread ------------------------------------------------------------
int ringsim_pthread_once(pthread_once_t* o, void (*f)()) {
    active->once(o, f, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
    active->store_now(reinterpret_cast<char*>(key), sizeof *key, active->new_key(destructor),
                      RINGSIM_PC);
    return 0;
}
int ringsim_pthread_key_delete(pthread_key_t) {
    return 0;
}
int ringsim_pthread_setspecific(pthread_key_t key, const void* value) {
    active->own_value(key) = const_cast<void*>(value);
    return 0;
}
void* ringsim_pthread_getspecific(pthread_key_t key) {
    return active->own_value(key);
}

// --- what has no effect on an execution ---------------------------------------------------------
#define RINGSIM_NOTHING(name, ...)    \
    int ringsim_##name(__VA_ARGS__) { \
        return 0;                     \
    }
RINGSIM_NOTHING(pthread_attr_destroy, pthread_attr_t*)
RINGSIM_NOTHING(pthread_attr_setstacksize, pthread_attr_t*, std::size_t)
RINGSIM_NOTHING(pthread_attr_setschedpolicy, pthread_attr_t*, int)
RINGSIM_NOTHING(pthread_attr_setschedparam, pthread_attr_t*, const void*)
RINGSIM_NOTHING(pthread_attr_setinheritsched, pthread_attr_t*, int)
RINGSIM_NOTHING(pthread_attr_setscope, pthread_attr_t*, int)
RINGSIM_NOTHING(pthread_attr_setguardsize, pthread_attr_t*, std::size_t)
RINGSIM_NOTHING(pthread_attr_setaffinity_np, pthread_attr_t*, std::size_t, const void*)
RINGSIM_NOTHING(pthread_mutexattr_destroy, pthread_mutexattr_t*)
RINGSIM_NOTHING(pthread_mutexattr_setpshared, pthread_mutexattr_t*, int)
RINGSIM_NOTHING(pthread_mutexattr_setprotocol, pthread_mutexattr_t*, int)
RINGSIM_NOTHING(pthread_condattr_destroy, pthread_condattr_t*)
RINGSIM_NOTHING(pthread_condattr_setpshared, pthread_condattr_t*, int)
RINGSIM_NOTHING(pthread_barrierattr_init, pthread_barrierattr_t*)
RINGSIM_NOTHING(pthread_barrierattr_destroy, pthread_barrierattr_t*)
RINGSIM_NOTHING(pthread_rwlockattr_init, pthread_rwlockattr_t*)
RINGSIM_NOTHING(pthread_rwlockattr_destroy, pthread_rwlockattr_t*)
RINGSIM_NOTHING(pthread_yield)
RINGSIM_NOTHING(sched_yield)
RINGSIM_NOTHING(pthread_setaffinity_np, pthread_t, std::size_t, const void*)
RINGSIM_NOTHING(sched_setaffinity, int, std::size_t, const void*)
RINGSIM_NOTHING(pthread_setconcurrency, int)
RINGSIM_NOTHING(pthread_setname_np, pthread_t, const char*)
RINGSIM_NOTHING(pthread_setcancelstate, int, int*)
RINGSIM_NOTHING(pthread_setschedparam, pthread_t, int, const void*)

}  // extern "C"
// NOLINTEND
