// Objects of attributes, as pthread_attr_t, in the program under check. Each holds one number that
// makes a difference, in its first word: whether a thread is detached, the kind of a mutex, the
// clock of a condition variable. It stands in the program's memory, and is written and read as
// any memory is: who makes a thread with attributes that another one changes meanwhile, or that
// nobody has initialised, is found. What is set besides makes no difference to an execution, for
// every order in which threads can run is explored, and stacks have one size; it changes the object
// all the same.
#include <pthread.h>

#include <cerrno>

#include "sim/check/caller.hpp"
#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

void set(void* object, int value) {
    writes(object, sizeof value);
    *static_cast<int*>(object) = value;
}

void change(void* object) {
    set(object, attribute(object));
}

}  // namespace

int ringsim::sim::check::attribute(const void* object) {
    computes_with(object, sizeof(int));
    return *static_cast<const int*>(object);
}

// NOLINTBEGIN: names that the library chose
extern "C" {

// The number that an object has when it is initialised; the setter of it, up to the `last` that
// there is; what sets anything else.
#define RINGSIM_ATTRIBUTE(type, first_value)    \
    int ringsim_##type##_init(type##_t* a) {    \
        RINGSIM_ENTER;                          \
        set(a, first_value);                    \
        return 0;                               \
    }                                           \
    int ringsim_##type##_destroy(type##_t* a) { \
        RINGSIM_ENTER;                          \
        change(a);                              \
        return 0;                               \
    }
#define RINGSIM_SETS(type, name, last)                           \
    int ringsim_##type##_set##name(type##_t* a, int value) {     \
        RINGSIM_ENTER;                                           \
        if (value < 0 || value > (last)) return EINVAL;          \
        set(a, value);                                           \
        return 0;                                                \
    }                                                            \
    int ringsim_##type##_get##name(const type##_t* a, int* to) { \
        RINGSIM_ENTER;                                           \
        set(to, attribute(a));                                   \
        return 0;                                                \
    }
#define RINGSIM_CHANGES(type, name, ...)                    \
    int ringsim_##type##_##name(type##_t* a, __VA_ARGS__) { \
        RINGSIM_ENTER;                                      \
        change(a);                                          \
        return 0;                                           \
    }

RINGSIM_ATTRIBUTE(pthread_attr, PTHREAD_CREATE_JOINABLE)
RINGSIM_SETS(pthread_attr, detachstate, PTHREAD_CREATE_DETACHED)
RINGSIM_CHANGES(pthread_attr, setstacksize, std::size_t)
RINGSIM_CHANGES(pthread_attr, setschedpolicy, int)
RINGSIM_CHANGES(pthread_attr, setschedparam, const void*)
RINGSIM_CHANGES(pthread_attr, setinheritsched, int)
RINGSIM_CHANGES(pthread_attr, setscope, int)
RINGSIM_CHANGES(pthread_attr, setguardsize, std::size_t)
RINGSIM_CHANGES(pthread_attr, setaffinity_np, std::size_t, const void*)

// Robust mutexes are not modelled: what makes one is refused by its name. That a mutex is shared by
// processes, or lends its owner a priority, makes no difference here.
RINGSIM_ATTRIBUTE(pthread_mutexattr, PTHREAD_MUTEX_NORMAL)
RINGSIM_SETS(pthread_mutexattr, type, PTHREAD_MUTEX_ADAPTIVE_NP)
RINGSIM_CHANGES(pthread_mutexattr, setpshared, int)
RINGSIM_CHANGES(pthread_mutexattr, setprotocol, int)

RINGSIM_ATTRIBUTE(pthread_condattr, CLOCK_REALTIME)
RINGSIM_SETS(pthread_condattr, clock, CLOCK_MONOTONIC)
RINGSIM_CHANGES(pthread_condattr, setpshared, int)

RINGSIM_ATTRIBUTE(pthread_barrierattr, 0)
RINGSIM_CHANGES(pthread_barrierattr, setpshared, int)
RINGSIM_ATTRIBUTE(pthread_rwlockattr, 0)
RINGSIM_CHANGES(pthread_rwlockattr, setpshared, int)

}  // extern "C"
// NOLINTEND
