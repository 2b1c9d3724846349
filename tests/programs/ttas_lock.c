// A test-and-test-and-set spin lock. -DWRONG: it is given back with a relaxed store.
// expect          sc 4  x86-tso 4  rc11 4
// expect -DWRONG  sc 4/4 data_race  x86-tso 4/4 data_race  rc11 8/8 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define UNLOCK memory_order_relaxed
#else
#define UNLOCK memory_order_release
#endif

static atomic_int taken;
static int counter;

static void lock(void) {
    for (;;) {
        while (atomic_load_explicit(&taken, memory_order_relaxed))
            ;
        // Pairs with the store of unlock().
        if (!atomic_exchange_explicit(&taken, 1, memory_order_acquire)) return;
    }
}

static void unlock(void) { atomic_store_explicit(&taken, 0, UNLOCK); }

static void *worker(void *arg) {
    lock();
    ++counter;
    unlock();
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, worker, 0);
    pthread_create(&b, 0, worker, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(counter == 2);
    return 0;
}
