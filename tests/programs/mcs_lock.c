// Mellor-Crummey and Scott's queue lock: each waiter spins on a word of its own. -DWRONG: the lock
// is handed on by a relaxed store.
// expect          sc 6  x86-tso 6  rc11 6
// expect -DWRONG  sc 4/6 data_race  x86-tso 4/6 data_race  rc11 8/10 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#ifdef WRONG
#define HAND_ON memory_order_relaxed
#else
#define HAND_ON memory_order_release
#endif

struct node {
    _Atomic(struct node *) next;
    atomic_int waits;
};

static _Atomic(struct node *) tail;
static int counter;

static void lock(struct node *me) {
    atomic_store_explicit(&me->next, NULL, memory_order_relaxed);
    atomic_store_explicit(&me->waits, 1, memory_order_relaxed);
    struct node *before = atomic_exchange_explicit(&tail, me, memory_order_acq_rel);
    if (!before) return;
    atomic_store_explicit(&before->next, me, memory_order_release);
    // Pairs with the store of unlock().
    while (atomic_load_explicit(&me->waits, memory_order_acquire))
        ;
}

static void unlock(struct node *me) {
    struct node *expected = me;
    if (!atomic_load_explicit(&me->next, memory_order_acquire)) {
        if (atomic_compare_exchange_strong_explicit(&tail, &expected, NULL, memory_order_release,
                                                    memory_order_relaxed))
            return;
        while (!atomic_load_explicit(&me->next, memory_order_acquire))
            ;
    }
    struct node *next = atomic_load_explicit(&me->next, memory_order_acquire);
    atomic_store_explicit(&next->waits, 0, HAND_ON);
}

static struct node nodes[2];

static void *worker(void *arg) {
    struct node *me = arg;
    lock(me);
    ++counter;
    unlock(me);
    return 0;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, worker, &nodes[0]);
    pthread_create(&b, 0, worker, &nodes[1]);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(counter == 2);
    return 0;
}
