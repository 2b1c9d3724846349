// A bounded queue with a sequence number in each slot, after Vyukov: producers claim a slot by
// compare-and-exchange. -DWRONG: the slot's sequence is published with a relaxed store.
// expect          sc 2  x86-tso 2  rc11 2
// expect -DWRONG  sc 6/6 data_race  x86-tso 6/6 data_race  rc11 8/8 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define PUBLISH memory_order_relaxed
#else
#define PUBLISH memory_order_release
#endif
#define SLOTS 2

static struct {
    atomic_uint sequence;
    int value;
} slots[SLOTS];
static atomic_uint tail;

static void *producer(void *arg) {
    unsigned t = atomic_load_explicit(&tail, memory_order_relaxed);
    while (!atomic_compare_exchange_strong_explicit(&tail, &t, t + 1, memory_order_relaxed,
                                                    memory_order_relaxed))
        ;
    slots[t % SLOTS].value = 1 + (int)(long)arg;
    atomic_store_explicit(&slots[t % SLOTS].sequence, t + 1, PUBLISH);
    return 0;
}

static void *consumer(void *arg) {
    int sum = 0;
    for (unsigned h = 0; h < 2; ++h) {
        // Pairs with the store of the producer.
        while (atomic_load_explicit(&slots[h % SLOTS].sequence, memory_order_acquire) != h + 1)
            ;
        sum += slots[h % SLOTS].value;
    }
    assert(sum == 3);
    return arg;
}

int main(void) {
    pthread_t t[3];
    pthread_create(&t[0], 0, producer, (void *)0L);
    pthread_create(&t[1], 0, producer, (void *)1L);
    pthread_create(&t[2], 0, consumer, 0);
    for (int i = 0; i < 3; ++i) pthread_join(t[i], 0);
    return 0;
}
