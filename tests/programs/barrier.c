// A sense-reversing barrier for two threads, each of which then reads what the other wrote before.
// -DWRONG: the last one to come lets the others go with a relaxed store.
// expect          sc 2  x86-tso 2  rc11 2
// expect -DWRONG  sc 2/2 data_race  x86-tso 2/2 data_race  rc11 4/4 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define LET_GO memory_order_relaxed
#else
#define LET_GO memory_order_release
#endif

static atomic_int missing = 2, sense;
static int data[2];

static void *worker(void *arg) {
    long me = (long)arg;
    data[me] = 1;
    if (atomic_fetch_sub_explicit(&missing, 1, memory_order_acq_rel) == 1) {
        atomic_store_explicit(&missing, 2, memory_order_relaxed);
        atomic_store_explicit(&sense, 1, LET_GO);
    } else {
        // Pairs with the store of the last one.
        while (!atomic_load_explicit(&sense, memory_order_acquire))
            ;
    }
    assert(data[1 - me] == 1);
    return 0;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, worker, (void *)0L);
    pthread_create(&b, 0, worker, (void *)1L);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
