// A flag that is looked at under its lock again and again, until it is there.
//
// expect             rc11 2
// expect -DINSIDE    rc11 2
// expect -DNESTED    rc11 2
// expect -DTRIED     rc11 1
// expect -DREADER    rc11 2
// expect -DBOTH      rc11 1
// expect -DBOTH -DREADER rc11 3
// expect -DAGAIN     rc11 3/8 assertion_failed
// expect -DNEVER     rc11 1/1 a_thread_spins_for_ever
// expect -DNEVER -DTRIED  rc11 1/1 a_thread_spins_for_ever
// expect -DNEVER -DREADER rc11 1/1 a_thread_spins_for_ever
// expect -DUNLOCKED  rc11 2/2 data_race
#include <assert.h>
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t around = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t for_readers = PTHREAD_RWLOCK_INITIALIZER;
static int ready, data;

static void *makes_ready(void *unused) {
    data = 1;
#ifdef AGAIN
    // A round of the other thread may be seen, and another one behind a change of the lock.
    if (pthread_mutex_trylock(&m) == 0) {
        pthread_mutex_unlock(&m);
        const int taken = pthread_mutex_trylock(&m);
        assert(taken == 0);
        pthread_mutex_unlock(&m);
    }
#endif
#ifndef NEVER
#if defined(READER) && defined(BOTH)
    while (pthread_rwlock_trywrlock(&for_readers) != 0) continue;
#elif defined(READER)
    pthread_rwlock_wrlock(&for_readers);
#elif defined(BOTH)
    while (pthread_mutex_trylock(&m) != 0) continue;
#elif !defined(UNLOCKED)
    pthread_mutex_lock(&m);
#endif
    ready = 1;
#if defined(READER)
    pthread_rwlock_unlock(&for_readers);
#elif !defined(UNLOCKED)
    pthread_mutex_unlock(&m);
#endif
#endif
    return unused;
}

static void poll(void) {
#ifdef INSIDE
    pthread_mutex_lock(&m);
    while (!ready) {
        pthread_mutex_unlock(&m);
        sched_yield();
        pthread_mutex_lock(&m);
    }
    pthread_mutex_unlock(&m);
#elif defined(TRIED) || (defined(BOTH) && !defined(READER))
    for (int r = 0; !r;) {
        if (pthread_mutex_trylock(&m) != 0) continue;
        r = ready;
        pthread_mutex_unlock(&m);
    }
#elif defined(READER)
    for (int r = 0; !r;) {
        pthread_rwlock_rdlock(&for_readers);
        r = ready;
        pthread_rwlock_unlock(&for_readers);
    }
#else
    for (;;) {
        pthread_mutex_lock(&m);
        const int r = ready;
        pthread_mutex_unlock(&m);
        if (r) return;
    }
#endif
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, makes_ready, 0);
#ifdef NESTED
    pthread_mutex_lock(&around);
    poll();
    pthread_mutex_unlock(&around);
#else
    poll();
#endif
    assert(data == 1);
    pthread_join(t, 0);
    pthread_mutex_destroy(&m);
    return 0;
}
