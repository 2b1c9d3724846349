// A ring for one producer and one consumer. -DWRONG: the producer publishes with a relaxed store.
// expect          sc 9  x86-tso 9  rc11 9
// expect -DWRONG  sc 19/19 data_race  x86-tso 20/20 data_race  rc11 4/4 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define PUBLISH memory_order_relaxed
#else
#define PUBLISH memory_order_release
#endif
#define SLOTS 2
#define ITEMS 3

static atomic_uint head, tail;
static int slots[SLOTS];

static void *producer(void *arg) {
    for (int i = 1; i <= ITEMS; ++i) {
        unsigned t = atomic_load_explicit(&tail, memory_order_relaxed);
        // Pairs with the store of the consumer: the slot is free again.
        while (t - atomic_load_explicit(&head, memory_order_acquire) == SLOTS)
            ;
        slots[t % SLOTS] = i;
        atomic_store_explicit(&tail, t + 1, PUBLISH);
    }
    return arg;
}

static void *consumer(void *arg) {
    for (int i = 1; i <= ITEMS; ++i) {
        unsigned h = atomic_load_explicit(&head, memory_order_relaxed);
        // Pairs with the store of the producer.
        while (atomic_load_explicit(&tail, memory_order_acquire) == h)
            ;
        assert(slots[h % SLOTS] == i);
        atomic_store_explicit(&head, h + 1, memory_order_release);
    }
    return arg;
}

int main(void) {
    pthread_t p, c;
    pthread_create(&p, 0, producer, 0);
    pthread_create(&c, 0, consumer, 0);
    pthread_join(p, 0);
    pthread_join(c, 0);
    return 0;
}
