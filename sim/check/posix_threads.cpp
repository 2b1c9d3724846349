// POSIX threads, as the program under check sees them: a call of NAME in its code arrives at
// ringsim_NAME. A lock is a word: taken by an exchange that waits, given back by a store.
#include <pthread.h>

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

}  // extern "C"
// NOLINTEND
