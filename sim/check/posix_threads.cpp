// POSIX threads, as the program under check sees them: a call of NAME in its code arrives at
// ringsim_NAME. What they do is in threads.cpp, locks.cpp, waiting.cpp and meeting.cpp; here are
// the names, the results (0 or an error, as POSIX has it), and what stands in the program's own
// objects.
//
// Of these objects little is used. The state of a lock or condition variable is a word of the graph
// that belongs to its address (waits.hpp), so a copy of one is another one, as POSIX says. In the
// memory of the object stands what it was initialised with: the kind of a mutex, the clock of a
// condition variable, the size of a barrier. That is written by initialisers as well, and read like
// any memory: a use that races with the initialisation is a race on it. Objects of attributes have
// a file of their own (attributes.cpp).
//
// A thread's id is its number plus one: main() has 1, and 0 is no thread.
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "sim/check/caller.hpp"
#include "sim/check/clock.hpp"
#include "sim/check/library_reads.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

// Constructors of static objects run before there is a second thread: locks are free, and nobody
// waits. The calls that a constructor may make do nothing there. A lock that is asked for is got,
// and the caller hears of success. All others use `active`, which is null then: that is caught and
// refused in these words, "a function of a library is called, which is not modelled there"
// (crash.cpp).
#define RINGSIM_ALONE(result) \
    if (!running()) return result

namespace {

// What is written into an object by its initialisation, which others may not have seen yet.
void write_int(void* at, int value) {
    if (running())
        active->store_now(static_cast<char*>(at), sizeof value, static_cast<unsigned>(value));
    else
        *static_cast<int*>(at) = value;
}

// A load of the thread at hand, which may race: it is no part of what the library does in secret.
int read_int(const void* at) {
    active->plain_load(static_cast<char*>(const_cast<void*>(at)), sizeof(int));
    return *static_cast<const int*>(at);
}

// `what` is how a message calls the object. While other threads are there, a use of it must come
// behind its initialisation (waits::initialise()).
void initialise(void* object, const char* what, int value) {
    if (running()) active->waiting.initialise(object, what, active->has_company());
    write_int(object, value);
}

// Of an object on the heap or on a stack: whether its initialisation wrote it. Static objects begin
// with zeros, which is what their initialisers say.
void check_made(const volatile void* object, const char* what) {
    active->waiting.check_initialised(const_cast<const void*>(object), what);
}

// A loop that looks at something under a lock comes by here without it: sim/check/spinning.cpp.
void come_to(const volatile void* lock) {
    note_arguments(reinterpret_cast<std::uintptr_t>(lock));
    active->visit();
}

// main()'s thread is left out: its id is 1.
bool is_thread(std::uint64_t id) {
    return id >= 2 && id <= ringsim::sim::threads_max;
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// --- threads ------------------------------------------------------------------------------------
int ringsim_pthread_create(pthread_t* to, const pthread_attr_t* a, void* (*f)(void*),
                           void* argument) {
    RINGSIM_ENTER;
    static_assert(sizeof *to == sizeof(std::uint64_t));
    const bool detached = a && attribute(a) == PTHREAD_CREATE_DETACHED;
    active->create_thread(f, argument, to);
    if (detached) active->detach_thread(static_cast<unsigned>(*to - 1));
    return 0;
}
int ringsim_pthread_join(pthread_t id, void** result) {
    RINGSIM_ENTER;
    // POSIX leaves that undefined; glibc returns EDEADLK, but nobody looks. Any other deadlock is
    // found by waiting. What the thread returned is stored into the program's memory by an event.
    if (id == active->thread() + 1) active->fail("a thread joins itself");
    if (id == 1) active->refuse(2, "main()'s thread is joined, which is not modelled");
    if (!is_thread(id)) active->fail("pthread_join() of what is no thread");
    void* const got = active->join_thread(static_cast<unsigned>(id - 1));
    if (result)
        active->store_now(reinterpret_cast<char*>(result), sizeof got,
                          reinterpret_cast<std::uintptr_t>(got));
    return 0;
}
// A thread is not joined behind this: detach_thread() and join_thread() tell what breaks that rule.
int ringsim_pthread_detach(pthread_t id) {
    RINGSIM_ENTER;
    if (!is_thread(id)) active->fail("pthread_detach() of what is no thread");
    active->detach_thread(static_cast<unsigned>(id - 1));
    return 0;
}
// The values behind keys and the cleanup of the thread come first: see run_endings().
[[noreturn]] void ringsim_pthread_exit(void* result) {
    RINGSIM_ENTER;
    active->leave_thread(result);
}
// It tells the thread from its twins: asked_thread().
pthread_t ringsim_pthread_self() {
    RINGSIM_ALONE(1);
    return active->asked_thread() + 1;
}
// No event and no question of asked_thread(): ids are plain numbers by then.
int ringsim_pthread_equal(pthread_t a, pthread_t b) {
    return a == b;
}

// --- mutexes and spin locks -------------------------------------------------------------------
// As static initialisers do it: the lock is free, and the kind is in its place.
int ringsim_pthread_mutex_init(pthread_mutex_t* m, const pthread_mutexattr_t* a) {
    RINGSIM_ENTER;
    const int kind = a ? attribute(a) : PTHREAD_MUTEX_NORMAL;
    initialise(m, "mutex", 0);
    write_int(reinterpret_cast<char*>(m) + mutex_kind_offset, kind);
    return 0;
}
int ringsim_pthread_mutex_destroy(pthread_mutex_t* m) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    active->waiting.destroy_lock(m, "mutex");
    return 0;
}
RINGSIM_ENTRY(ringsim_pthread_mutex_lock);
int ringsim_at_ringsim_pthread_mutex_lock(pthread_mutex_t* m) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    come_to(m);
    // False: a mutex that reports errors, which the thread has already. A normal one would wait for
    // itself, which is a hang.
    return active->waiting.lock(m, active->waiting.kind_of(m)) ? 0 : EDEADLK;
}
RINGSIM_ENTRY(ringsim_pthread_mutex_trylock);
int ringsim_at_ringsim_pthread_mutex_trylock(pthread_mutex_t* m) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    come_to(m);
    return active->waiting.try_lock(m, active->waiting.kind_of(m)) ? 0 : EBUSY;
}
// Deadlines are of CLOCK_REALTIME, or of the clock that is named.
int ringsim_pthread_mutex_timedlock(pthread_mutex_t* m, const timespec* until) {
    RINGSIM_ENTER;
    const mutex_kind kind = active->waiting.kind_of(m);
    const std::uint64_t time = time_of(CLOCK_REALTIME, given(until));
    return active->waiting.lock_until(m, kind, time) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_mutex_clocklock(pthread_mutex_t* m, clockid_t clock, const timespec* until) {
    RINGSIM_ENTER;
    const mutex_kind kind = active->waiting.kind_of(m);
    return active->waiting.lock_until(m, kind, time_of(clock, given(until))) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_mutex_unlock(pthread_mutex_t* m) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    // False: a mutex that reports errors, which the thread does not have. Of any other kind that is
    // a violation.
    return active->waiting.unlock(m, active->waiting.kind_of(m)) ? 0 : EPERM;
}
// A spin lock is an int (volatile, which is taken away here), and has no kind.
int ringsim_pthread_spin_init(pthread_spinlock_t* m, int) {
    RINGSIM_ENTER;
    initialise(const_cast<int*>(m), "spin lock", 0);
    return 0;
}
int ringsim_pthread_spin_destroy(pthread_spinlock_t* m) {
    RINGSIM_ENTER;
    active->waiting.destroy_lock(const_cast<int*>(m), "spin lock");
    return 0;
}
// A spin lock waits as any other lock: how a thread waits makes no difference.
RINGSIM_ENTRY(ringsim_pthread_spin_lock);
int ringsim_at_ringsim_pthread_spin_lock(pthread_spinlock_t* m) {
    RINGSIM_ENTER;
    come_to(m);
    check_made(m, "spin lock");
    active->waiting.lock(const_cast<int*>(m), mutex_kind::normal);
    return 0;
}
RINGSIM_ENTRY(ringsim_pthread_spin_trylock);
int ringsim_at_ringsim_pthread_spin_trylock(pthread_spinlock_t* m) {
    RINGSIM_ENTER;
    come_to(m);
    check_made(m, "spin lock");
    return active->waiting.try_lock(const_cast<int*>(m), mutex_kind::normal) ? 0 : EBUSY;
}
int ringsim_pthread_spin_unlock(pthread_spinlock_t* m) {
    RINGSIM_ENTER;
    check_made(m, "spin lock");
    active->waiting.unlock(const_cast<int*>(m), mutex_kind::normal);
    return 0;
}

// --- condition variables ------------------------------------------------------------------------
// The clock of its deadlines stands in its first word.
int ringsim_pthread_cond_init(pthread_cond_t* c, const pthread_condattr_t* a) {
    RINGSIM_ENTER;
    initialise(c, "condition variable", a ? attribute(a) : CLOCK_REALTIME);
    return 0;
}
int ringsim_pthread_cond_destroy(pthread_cond_t* c) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    active->waiting.destroy_condition(c);
    return 0;
}
// The mutex is unlocked, and locked again behind the wait, by waits::wait(). A wait ends when it is
// woken; one that ends for no reason is explored with --spurious.
int ringsim_pthread_cond_wait(pthread_cond_t* c, pthread_mutex_t* m) {
    RINGSIM_ENTER;
    check_made(c, "condition variable");
    active->waiting.wait(c, m, no_time);
    return 0;
}
int ringsim_pthread_cond_timedwait(pthread_cond_t* c, pthread_mutex_t* m, const timespec* until) {
    RINGSIM_ENTER;
    check_made(c, "condition variable");
    // Read from the object, as its own code would: no clock is named here. A plain read, which
    // races with an initialisation that is not in front of it.
    const clockid_t clock = read_int(c);
    return active->waiting.wait(c, m, time_of(clock, given(until))) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_cond_clockwait(pthread_cond_t* c, pthread_mutex_t* m, clockid_t clock,
                                   const timespec* until) {
    RINGSIM_ENTER;
    check_made(c, "condition variable");
    return active->waiting.wait(c, m, time_of(clock, given(until))) ? 0 : ETIMEDOUT;
}
// The mutex need not be held, says POSIX. In a constructor nobody waits.
int ringsim_pthread_cond_signal(pthread_cond_t* c) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    check_made(c, "condition variable");
    active->waiting.wake_one(c);
    return 0;
}
int ringsim_pthread_cond_broadcast(pthread_cond_t* c) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    check_made(c, "condition variable");
    active->waiting.wake_all(c);
    return 0;
}

// --- barriers -----------------------------------------------------------------------------------
// POSIX: a barrier of no threads is EINVAL.
int ringsim_pthread_barrier_init(pthread_barrier_t* b, const pthread_barrierattr_t* a, unsigned n) {
    RINGSIM_ENTER;
    if (n == 0) return EINVAL;
    if (a) attribute(a);
    initialise(b, "barrier", static_cast<int>(n));
    return 0;
}
int ringsim_pthread_barrier_destroy(pthread_barrier_t* b) {
    RINGSIM_ENTER;
    active->waiting.destroy(b, "barrier");
    return 0;
}
// Its size is read from memory, which a static initialiser cannot write: 0 there is an error. POSIX
// leaves open which thread is told that it is the serial one, and that need not be explored where
// nobody looks at the answer. Who looks is found by the compiler's code: see unheeded.hpp.
int ringsim_pthread_barrier_wait(pthread_barrier_t* b) {
    RINGSIM_ENTER;
    const bool heeds = ringsim_unheeded != here.pc;
    active->waiting.use(b, "barrier");
    const auto n = static_cast<unsigned>(read_int(b));
    return active->waiting.meet(b, n, heeds) ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

// --- readers and writers ------------------------------------------------------------------------
// A writer has it alone, as the owner of a mutex: the same functions, of the kind that reports
// nothing. Readers are counted in the same word (locks.cpp).
int ringsim_pthread_rwlock_init(pthread_rwlock_t* l, const pthread_rwlockattr_t* a) {
    RINGSIM_ENTER;
    if (a) attribute(a);
    initialise(l, "lock", 0);
    return 0;
}
int ringsim_pthread_rwlock_destroy(pthread_rwlock_t* l) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    active->waiting.destroy_lock(l, "lock");
    return 0;
}
RINGSIM_ENTRY(ringsim_pthread_rwlock_rdlock);
int ringsim_at_ringsim_pthread_rwlock_rdlock(pthread_rwlock_t* l) {
    RINGSIM_ENTER;
    come_to(l);
    check_made(l, "lock");
    active->waiting.lock_shared(l);
    return 0;
}
RINGSIM_ENTRY(ringsim_pthread_rwlock_tryrdlock);
int ringsim_at_ringsim_pthread_rwlock_tryrdlock(pthread_rwlock_t* l) {
    RINGSIM_ENTER;
    come_to(l);
    check_made(l, "lock");
    return active->waiting.try_lock_shared(l) ? 0 : EBUSY;
}
// ETIMEDOUT: somebody had it for as long as that. What waits with a deadline may as well fail at
// once (waits::lock_until()).
int ringsim_pthread_rwlock_timedrdlock(pthread_rwlock_t* l, const timespec* until) {
    RINGSIM_ENTER;
    check_made(l, "lock");
    const std::uint64_t time = time_of(CLOCK_REALTIME, given(until));
    return active->waiting.lock_shared_until(l, time) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_rwlock_clockrdlock(pthread_rwlock_t* l, clockid_t clock,
                                       const timespec* until) {
    RINGSIM_ENTER;
    check_made(l, "lock");
    return active->waiting.lock_shared_until(l, time_of(clock, given(until))) ? 0 : ETIMEDOUT;
}
RINGSIM_ENTRY(ringsim_pthread_rwlock_wrlock);
int ringsim_at_ringsim_pthread_rwlock_wrlock(pthread_rwlock_t* l) {
    RINGSIM_ENTER;
    come_to(l);
    check_made(l, "lock");
    active->waiting.lock(l, mutex_kind::normal);
    return 0;
}
RINGSIM_ENTRY(ringsim_pthread_rwlock_trywrlock);
int ringsim_at_ringsim_pthread_rwlock_trywrlock(pthread_rwlock_t* l) {
    RINGSIM_ENTER;
    come_to(l);
    check_made(l, "lock");
    return active->waiting.try_lock(l, mutex_kind::normal) ? 0 : EBUSY;
}
int ringsim_pthread_rwlock_timedwrlock(pthread_rwlock_t* l, const timespec* until) {
    RINGSIM_ENTER;
    check_made(l, "lock");
    const std::uint64_t time = time_of(CLOCK_REALTIME, given(until));
    return active->waiting.lock_until(l, mutex_kind::normal, time) ? 0 : ETIMEDOUT;
}
int ringsim_pthread_rwlock_clockwrlock(pthread_rwlock_t* l, clockid_t clock,
                                       const timespec* until) {
    RINGSIM_ENTER;
    check_made(l, "lock");
    const std::uint64_t time = time_of(clock, given(until));
    return active->waiting.lock_until(l, mutex_kind::normal, time) ? 0 : ETIMEDOUT;
}
// For readers and writers alike: which of the two the thread is, it knows by itself.
int ringsim_pthread_rwlock_unlock(pthread_rwlock_t* l) {
    RINGSIM_ENTER;
    check_made(l, "lock");
    active->waiting.unlock_either(l);
    return 0;
}

// --- semaphores ---------------------------------------------------------------------------------
// The first int of it is its initial value, for semaphore_value() before any event and for
// constructors of static objects; the count itself is a word.
int ringsim_sem_init(sem_t* s, int, unsigned n) {
    RINGSIM_ENTER;
    initialise(s, "semaphore", static_cast<int>(n));
    if (running()) active->waiting.set_semaphore(s, n);
    return 0;
}
// C++'s latch (headers/latch.inc).
void ringsim___ringsim_latch_below_zero() {
    RINGSIM_ENTER;
    fail("a latch is counted down below zero");
}
// C++'s counting_semaphore: max() is part of the type, and told at each release
// (headers/semaphore.inc).
void ringsim___ringsim_holds_at_most(const void* s, long n) {
    if (running()) active->waiting.semaphore_holds_at_most(s, static_cast<std::uint64_t>(n));
}
// POSIX leaves it undefined if somebody waits for it; that is not looked for.
int ringsim_sem_destroy(sem_t* s) {
    RINGSIM_ENTER;
    RINGSIM_ALONE(0);
    active->waiting.destroy(s, "semaphore");
    return 0;
}
int ringsim_sem_wait(sem_t* s) {
    RINGSIM_ENTER;
    check_made(s, "semaphore");
    active->waiting.take_semaphore(s);
    return 0;
}
int ringsim_sem_trywait(sem_t* s) {
    RINGSIM_ENTER;
    check_made(s, "semaphore");
    // Errors of semaphores are in errno, which is the thread's own.
    if (active->waiting.try_take_semaphore(s)) return 0;
    errno = EAGAIN;
    return -1;
}
int ringsim_sem_clockwait(sem_t* s, clockid_t clock, const timespec* until) {
    RINGSIM_ENTER;
    check_made(s, "semaphore");
    if (active->waiting.take_semaphore_until(s, time_of(clock, given(until)))) return 0;
    errno = ETIMEDOUT;
    return -1;
}
int ringsim_sem_timedwait(sem_t* s, const timespec* until) {
    RINGSIM_ENTER;
    check_made(s, "semaphore");
    if (active->waiting.take_semaphore_until(s, time_of(CLOCK_REALTIME, given(until)))) return 0;
    errno = ETIMEDOUT;
    return -1;
}
int ringsim_sem_post(sem_t* s) {
    RINGSIM_ENTER;
    check_made(s, "semaphore");
    active->waiting.give_semaphore(s);
    return 0;
}
// The count is read by an event, and stored by another one.
int ringsim_sem_getvalue(sem_t* s, int* to) {
    RINGSIM_ENTER;
    check_made(s, "semaphore");
    write_int(to, static_cast<int>(active->waiting.semaphore_value(s)));
    return 0;
}

// --- once, and values of each thread ------------------------------------------------------------
// A pthread_once_t that is initialised statically is all zeroes; nothing of it is read.
int ringsim_pthread_once(pthread_once_t* o, void (*f)()) {
    RINGSIM_ENTER;
    active->waiting.once(o, f);
    return 0;
}
// Each thread has its own value behind the number that is the key: no event, but for the number
// itself, which is stored into the program's memory.
int ringsim_pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
    RINGSIM_ENTER;
    active->store_now(reinterpret_cast<char*>(key), sizeof *key,
                      active->at_end.new_key(active->asked_thread(), destructor));
    return 0;
}
// Destructors of values behind it are not called any more (run_of_thread()).
int ringsim_pthread_key_delete(pthread_key_t key) {
    RINGSIM_ENTER;
    check_key(key);
    active->waiting.destroy(key_object(key), "key");
    return 0;
}
// The slot is the thread's own, as long as it runs: no event, unless somebody deletes the key.
int ringsim_pthread_setspecific(pthread_key_t key, const void* value) {
    RINGSIM_ENTER;
    check_key(key);
    active->at_end.value(active->thread(), key) = const_cast<void*>(value);
    return 0;
}
void* ringsim_pthread_getspecific(pthread_key_t key) {
    RINGSIM_ENTER;
    check_key(key);
    return active->at_end.value(active->thread(), key);
}

// --- what has no effect on an execution ---------------------------------------------------------
// Priorities, affinities: every order in which threads can run is explored anyway.
#define RINGSIM_NOTHING(name, ...)    \
    int ringsim_##name(__VA_ARGS__) { \
        return 0;                     \
    }
RINGSIM_NOTHING(pthread_yield)
RINGSIM_NOTHING(sched_yield)
RINGSIM_NOTHING(pthread_setaffinity_np, pthread_t, std::size_t, const void*)
RINGSIM_NOTHING(sched_setaffinity, int, std::size_t, const void*)
RINGSIM_NOTHING(pthread_setconcurrency, int)
RINGSIM_NOTHING(pthread_setname_np, pthread_t, const char*)
int ringsim_pthread_setcancelstate(int state, int* before) {
    RINGSIM_ENTER;
    const int was = std::exchange(active->cancel_state(), state);
    if (before)
        active->store_now(reinterpret_cast<char*>(before), sizeof was, static_cast<unsigned>(was));
    return 0;
}
RINGSIM_NOTHING(pthread_setschedparam, pthread_t, int, const void*)

}  // extern "C"
// NOLINTEND
