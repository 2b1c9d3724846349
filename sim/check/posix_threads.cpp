// POSIX threads, as the program under check sees them: a call of NAME in its code arrives at
// ringsim_NAME. A lock is a word: taken by an exchange that waits, given back by a store.
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;
using ringsim::order;
using ringsim::sim::step_kind;
using ringsim::sim::graph::rmw_op;

#define RINGSIM_PC __builtin_return_address(0)
// NOLINTBEGIN: names that the library chose
extern "C" {

int ringsim_pthread_create(pthread_t* to, const pthread_attr_t*, void* (*f)(void*),
                           void* argument) {
    static_assert(sizeof *to == sizeof(std::uint64_t));
    active->create_thread(f, argument, to, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_join(pthread_t id, void** result) {
    if (id < 2 || id > ringsim::sim::threads_max) return ESRCH;
    void* const got = active->join_thread(static_cast<unsigned>(id - 1), RINGSIM_PC);
    if (result)
        active->store_now(reinterpret_cast<char*>(result), sizeof got,
                          reinterpret_cast<std::uintptr_t>(got), RINGSIM_PC);
    return 0;
}
[[noreturn]] void ringsim_pthread_exit(void* result) {
    active->exit_thread(result);
}
pthread_t ringsim_pthread_self() {
    return active->thread() + 1;
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
int ringsim_pthread_mutexattr_destroy(pthread_mutexattr_t*) {
    return 0;
}
int ringsim_pthread_mutex_init(pthread_mutex_t* m, const pthread_mutexattr_t* a) {
    if (a) active->set_recursive(m, *reinterpret_cast<const int*>(a) == PTHREAD_MUTEX_RECURSIVE);
    return 0;
}
int ringsim_pthread_mutex_destroy(pthread_mutex_t*) {
    return 0;
}
int ringsim_pthread_mutex_lock(pthread_mutex_t* m) {
    active->lock(m, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_mutex_trylock(pthread_mutex_t* m) {
    return active->try_lock(m, RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_mutex_unlock(pthread_mutex_t* m) {
    active->unlock(m, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_spin_init(pthread_spinlock_t*, int) {
    return 0;
}
int ringsim_pthread_spin_destroy(pthread_spinlock_t*) {
    return 0;
}
int ringsim_pthread_spin_lock(pthread_spinlock_t* m) {
    active->lock(const_cast<int*>(m), RINGSIM_PC);
    return 0;
}
int ringsim_pthread_spin_trylock(pthread_spinlock_t* m) {
    return active->try_lock(const_cast<int*>(m), RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_spin_unlock(pthread_spinlock_t* m) {
    active->unlock(const_cast<int*>(m), RINGSIM_PC);
    return 0;
}

// --- what is built from words ----------------------------------------------------------------
int ringsim_pthread_cond_init(pthread_cond_t*, const pthread_condattr_t*) {
    return 0;
}
int ringsim_pthread_cond_destroy(pthread_cond_t*) {
    return 0;
}
int ringsim_pthread_cond_wait(pthread_cond_t* c, pthread_mutex_t* m) {
    active->wait(c, m, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_cond_signal(pthread_cond_t* c) {
    active->wake_one(c, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_cond_broadcast(pthread_cond_t* c) {
    active->wake_all(c, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_barrier_init(pthread_barrier_t* b, const pthread_barrierattr_t*, unsigned n) {
    active->store_now(reinterpret_cast<char*>(b), sizeof n, n, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_barrier_destroy(pthread_barrier_t*) {
    return 0;
}
int ringsim_pthread_barrier_wait(pthread_barrier_t* b) {
    active->plain_load(reinterpret_cast<char*>(b), sizeof(unsigned), RINGSIM_PC);
    const unsigned n = *reinterpret_cast<const unsigned*>(b);
    return active->meet(b, n, RINGSIM_PC) ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}
int ringsim_pthread_rwlock_init(pthread_rwlock_t*, const pthread_rwlockattr_t*) {
    return 0;
}
int ringsim_pthread_rwlock_destroy(pthread_rwlock_t*) {
    return 0;
}
int ringsim_pthread_rwlock_rdlock(pthread_rwlock_t* l) {
    active->lock_shared(l, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_rwlock_wrlock(pthread_rwlock_t* l) {
    active->lock(l, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_rwlock_trywrlock(pthread_rwlock_t* l) {
    return active->try_lock(l, RINGSIM_PC) ? 0 : EBUSY;
}
int ringsim_pthread_rwlock_unlock(pthread_rwlock_t* l) {
    active->unlock_either(l, RINGSIM_PC);
    return 0;
}
int ringsim_sem_init(sem_t* s, int, unsigned n) {
    active->set_semaphore(s, n, RINGSIM_PC);
    return 0;
}
int ringsim_sem_destroy(sem_t*) {
    return 0;
}
int ringsim_sem_wait(sem_t* s) {
    active->take_semaphore(s, RINGSIM_PC);
    return 0;
}
int ringsim_sem_post(sem_t* s) {
    active->give_semaphore(s, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_once(pthread_once_t* o, void (*f)()) {
    active->once(o, f, RINGSIM_PC);
    return 0;
}
int ringsim_pthread_key_create(pthread_key_t* key, void (*)(void*)) {
    active->store_now(reinterpret_cast<char*>(key), sizeof *key, active->new_key(), RINGSIM_PC);
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
int ringsim_pthread_attr_init(pthread_attr_t*) {
    return 0;
}
int ringsim_pthread_attr_destroy(pthread_attr_t*) {
    return 0;
}
int ringsim_pthread_attr_setdetachstate(pthread_attr_t*, int) {
    return 0;
}
int ringsim_pthread_attr_setstacksize(pthread_attr_t*, std::size_t) {
    return 0;
}
int ringsim_pthread_detach(pthread_t) {
    return 0;
}
int ringsim_pthread_equal(pthread_t a, pthread_t b) {
    return a == b;
}
int ringsim_pthread_yield() {
    return 0;
}
int ringsim_sched_yield() {
    return 0;
}
int ringsim_usleep(unsigned) {
    return 0;
}
unsigned ringsim_sleep(unsigned) {
    return 0;
}
int ringsim_nanosleep(const void*, void*) {
    return 0;
}
int ringsim_clock_nanosleep(int, int, const void*, void*) {
    return 0;
}
int ringsim_pthread_setaffinity_np(pthread_t, std::size_t, const void*) {
    return 0;
}
int ringsim_pthread_setconcurrency(int) {
    return 0;
}

}  // extern "C"
// NOLINTEND
