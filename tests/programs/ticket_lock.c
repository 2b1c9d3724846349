// A ticket lock: take a number, wait until it is served. -DWRONG: the number that is served is
// given on by a relaxed store, so that the next owner need not see what the last one did.
// expect              sc 2  x86-tso 2  rc11 2
// expect -DTHREADS=3  sc 6  x86-tso 6  rc11 6
// expect -DWRONG      sc 2/2 data_race  x86-tso 2/2 data_race  rc11 4/4 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define UNLOCK memory_order_relaxed
#else
#define UNLOCK memory_order_release
#endif

static atomic_uint next_ticket, now_serving;
static int counter;

static void lock(void) {
    unsigned mine = atomic_fetch_add_explicit(&next_ticket, 1, memory_order_relaxed);
    // Pairs with the store of unlock().
    while (atomic_load_explicit(&now_serving, memory_order_acquire) != mine)
        ;
}

static void unlock(void) {
    unsigned mine = atomic_load_explicit(&now_serving, memory_order_relaxed);
    atomic_store_explicit(&now_serving, mine + 1, UNLOCK);
}

static void *worker(void *arg) {
    lock();
    ++counter;
    unlock();
    return arg;
}

#ifndef THREADS
#define THREADS 2
#endif

int main(void) {
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; ++i) pthread_create(&t[i], 0, worker, 0);
    for (int i = 0; i < THREADS; ++i) pthread_join(t[i], 0);
    assert(counter == THREADS);
    return 0;
}
