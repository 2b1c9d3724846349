// Treiber's stack. Nodes are not freed. -DWRONG: push publishes by a relaxed compare-and-exchange.
// -DFREE: pop frees what it took, which another pop may still read.
// expect          sc 18  x86-tso 18  rc11 18
// expect -DWRONG  sc 12/20 data_race  x86-tso 12/20 data_race  rc11 9/13 data_race
// expect -DFREE   sc 32/44 use_after_free  x86-tso 32/44 use_after_free  rc11 20/30 use_after_free
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef WRONG
#define PUBLISH memory_order_relaxed
#else
#define PUBLISH memory_order_release
#endif

struct node {
    int value;
    struct node *next;
};

static _Atomic(struct node *) top;

static void push(int value) {
    struct node *n = malloc(sizeof *n);
    n->value = value;
    n->next = atomic_load_explicit(&top, memory_order_relaxed);
    struct node *expected = n->next;
    // Pairs with the load of pop().
    while (!atomic_compare_exchange_strong_explicit(&top, &expected, n, PUBLISH,
                                                    memory_order_relaxed))
        n->next = expected;
}

static int pop(void) {
    struct node *n = atomic_load_explicit(&top, memory_order_acquire);
    while (n && !atomic_compare_exchange_strong_explicit(&top, &n, n->next, memory_order_acquire,
                                                         memory_order_acquire))
        ;
    if (!n) return 0;
    int value = n->value;
#ifdef FREE
    free(n);
#endif
    return value;
}

static void *pusher(void *arg) {
    push(1);
    return arg;
}

static void *popper(void *arg) {
    int value = pop();
    assert(value == 0 || value == 1 || value == 2);
    return arg;
}

int main(void) {
    pthread_t t[3];
    push(2);
    pthread_create(&t[0], 0, pusher, 0);
    pthread_create(&t[1], 0, popper, 0);
    pthread_create(&t[2], 0, popper, 0);
    for (int i = 0; i < 3; ++i) pthread_join(t[i], 0);
    return 0;
}
