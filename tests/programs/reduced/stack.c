// A stack of numbered cells, by compare-exchanges of its top: each thread puts one and takes one.
// With -DBAD=K, the program fails if the threads took the cells that K says.
#include <pthread.h>
#include <stdatomic.h>

#define N 2
#ifndef BAD
#define BAD -1
#endif

static atomic_int below[N + 1];
static atomic_int top;
static int taken[N + 1];

static void put(int cell) {
    int old;
    do {
        old = atomic_load_explicit(&top, memory_order_relaxed);
        atomic_store_explicit(&below[cell], old, memory_order_relaxed);
    } while (!atomic_compare_exchange_strong_explicit(&top, &old, cell, memory_order_release,
                                                      memory_order_relaxed));
}

static int take(void) {
    int old;
    int next;
    do {
        old = atomic_load_explicit(&top, memory_order_acquire);
        next = atomic_load_explicit(&below[old], memory_order_relaxed);
    } while (!atomic_compare_exchange_strong_explicit(&top, &old, next, memory_order_acquire,
                                                      memory_order_relaxed));
    return old;
}

static void *work(void *mine) {
    const int cell = (int)(long)mine;
    put(cell);
    taken[cell] = take();
    return 0;
}

int main(void) {
    pthread_t t[N];
    for (long i = 0; i < N; ++i) pthread_create(&t[i], 0, work, (void *)(i + 1));
    for (int i = 0; i < N; ++i) pthread_join(t[i], 0);
    return taken[1] + 4 * taken[2] == BAD;
}
