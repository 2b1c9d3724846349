// Threads that each add one to a counter, by loops that try again until nobody comes between. With
// -DBAD=K, the program fails if the last thread needed K rounds.
#include <pthread.h>
#include <stdatomic.h>

#ifndef N
#define N 3
#endif
#ifndef BAD
#define BAD -1
#endif

static atomic_int counter;

static void *add(void *unused) {
    (void)unused;
#if defined(KEPT)
    // The old value comes from the attempt that failed.
    int old = atomic_load_explicit(&counter, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(&counter, &old, old + 1))
        ;
#elif defined(COUNTED)
    // How often it was tried is told: no round leaves nothing behind.
#ifdef SPILLED
    volatile long rounds = 0;
#else
    long rounds = 0;
#endif
    int old;
    do {
        old = atomic_load(&counter);
        ++rounds;
    } while (!atomic_compare_exchange_strong(&counter, &old, old + 1));
    return (void *)rounds;
#else
    int old;
    do
        old = atomic_load(&counter);
    while (!atomic_compare_exchange_strong(&counter, &old, old + 1));
#endif
    return 0;
}

int main(void) {
    pthread_t t[N];
    for (int i = 0; i < N; ++i) pthread_create(&t[i], 0, add, 0);
    void *rounds = 0;
    for (int i = 0; i < N; ++i) pthread_join(t[i], &rounds);
    return (long)rounds == BAD || counter != N;
}
