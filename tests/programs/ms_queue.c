// Michael and Scott's queue, without freeing. -DWRONG: the node is linked with a relaxed
// compare-and-exchange, and a consumer may see it empty.
// expect          sc 28  x86-tso 28  rc11 28
// expect -DWRONG  sc 24/30 data_race  x86-tso 24/30 data_race  rc11 16/17 use_of_memory
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef WRONG
#define LINK memory_order_relaxed
#else
#define LINK memory_order_release
#endif

struct node {
    int value;
    _Atomic(struct node *) next;
};

static _Atomic(struct node *) head, tail;

static void enqueue(int value) {
    struct node *n = calloc(1, sizeof *n);
    n->value = value;
    for (;;) {
        struct node *last = atomic_load_explicit(&tail, memory_order_acquire);
        struct node *next = atomic_load_explicit(&last->next, memory_order_acquire);
        if (next) {
            atomic_compare_exchange_strong_explicit(&tail, &last, next, memory_order_release,
                                                    memory_order_relaxed);
            continue;
        }
        // Pairs with the load of next in dequeue().
        if (atomic_compare_exchange_strong_explicit(&last->next, &next, n, LINK,
                                                    memory_order_relaxed)) {
            atomic_compare_exchange_strong_explicit(&tail, &last, n, memory_order_release,
                                                    memory_order_relaxed);
            return;
        }
    }
}

static int dequeue(void) {
    for (;;) {
        struct node *first = atomic_load_explicit(&head, memory_order_acquire);
        struct node *next = atomic_load_explicit(&first->next, memory_order_acquire);
        if (!next) return 0;
        if (atomic_compare_exchange_strong_explicit(&head, &first, next, memory_order_release,
                                                    memory_order_relaxed))
            return next->value;
    }
}

static void *producer(void *arg) {
    enqueue((int)(long)arg);
    return 0;
}

static void *consumer(void *arg) {
    int value = dequeue();
    assert(value == 0 || value == 1 || value == 2);
    return arg;
}

int main(void) {
    pthread_t t[3];
    struct node *dummy = calloc(1, sizeof *dummy);
    atomic_init(&head, dummy);
    atomic_init(&tail, dummy);
    pthread_create(&t[0], 0, producer, (void *)1L);
    pthread_create(&t[1], 0, producer, (void *)2L);
    pthread_create(&t[2], 0, consumer, 0);
    for (int i = 0; i < 3; ++i) pthread_join(t[i], 0);
    return 0;
}
