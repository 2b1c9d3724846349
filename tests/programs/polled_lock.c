// A flag that is looked at under its lock again and again, until it is there.
//
// expect             rc11 2
// expect -DINSIDE    rc11 2
// expect -DNESTED    rc11 2
// expect -DNEVER     rc11 1/1 a_thread_spins_for_ever
// expect -DUNLOCKED  rc11 2/2 data_race
#include <assert.h>
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t around = PTHREAD_MUTEX_INITIALIZER;
static int ready, data;

static void *makes_ready(void *unused) {
    data = 1;
#ifndef NEVER
#ifndef UNLOCKED
    pthread_mutex_lock(&m);
#endif
    ready = 1;
#ifndef UNLOCKED
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
    return 0;
}
