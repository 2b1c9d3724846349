// Publication as with RCU: readers announce themselves, the writer replaces the object, waits for
// the readers, and frees the old one. -DWRONG: it does not wait. -DWEAK: the reader tells of itself
// by a release store and no fence, so that the writer may miss it.
// expect          sc 3  x86-tso 3  rc11 3
// expect -DWRONG  sc 2/3 use_after_free  x86-tso 2/3 use_after_free  rc11 2/3 use_after_free
// expect -DWEAK   sc 3  x86-tso 2/5 use_after_free  rc11 2/5 use_after_free
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct thing {
    int value;
};

static _Atomic(struct thing *) current;
static atomic_int reading;

static void *reader(void *arg) {
    atomic_store_explicit(&reading, 1, memory_order_release);
#ifndef WEAK
    // Pairs with the fence of the writer.
    atomic_thread_fence(memory_order_seq_cst);
#endif
    struct thing *t = atomic_load_explicit(&current, memory_order_acquire);
    int value = t->value;
    assert(value == 1 || value == 2);
    atomic_store_explicit(&reading, 0, memory_order_release);
    return arg;
}

static void *writer(void *arg) {
    struct thing *old = atomic_load_explicit(&current, memory_order_relaxed);
    struct thing *t = malloc(sizeof *t);
    t->value = 2;
    atomic_store_explicit(&current, t, memory_order_release);
    atomic_thread_fence(memory_order_seq_cst);
#ifndef WRONG
    while (atomic_load_explicit(&reading, memory_order_acquire))
        ;
#endif
    free(old);
    return arg;
}

int main(void) {
    pthread_t r, w;
    struct thing *first = malloc(sizeof *first);
    first->value = 1;
    atomic_init(&current, first);
    pthread_create(&r, 0, reader, 0);
    pthread_create(&w, 0, writer, 0);
    pthread_join(r, 0);
    pthread_join(w, 0);
    return 0;
}
