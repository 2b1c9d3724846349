// Chase and Lev's work-stealing deque, with the orders of Le, Pop, Cohen and Zappa Nardelli (PPoPP
// 2013). The owner pushes two and takes two while a thief steals twice. -DWRONG: take() lacks its
// seq_cst fence between writing bottom and reading top, and the last item is taken twice.
// expect          sc 41  x86-tso 41  rc11 41
// expect -DWRONG  sc 41  x86-tso 4/47 assertion_failed  rc11 4/47 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#define SIZE 4
#define EMPTY (-1)

static atomic_long top, bottom;
static atomic_int items[SIZE];
static int taken[4];

static void push(int item) {
    long b = atomic_load_explicit(&bottom, memory_order_relaxed);
    atomic_store_explicit(&items[b % SIZE], item, memory_order_relaxed);
    // Pairs with the acquire load of bottom in steal().
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
}

static int take(void) {
    long b = atomic_load_explicit(&bottom, memory_order_relaxed) - 1;
    atomic_store_explicit(&bottom, b, memory_order_relaxed);
#ifndef WRONG
    // Pairs with the fence of steal().
    atomic_thread_fence(memory_order_seq_cst);
#endif
    long t = atomic_load_explicit(&top, memory_order_relaxed);
    int item = EMPTY;
    if (t <= b) {
        item = atomic_load_explicit(&items[b % SIZE], memory_order_relaxed);
        if (t == b) {
            if (!atomic_compare_exchange_strong_explicit(&top, &t, t + 1, memory_order_seq_cst,
                                                         memory_order_relaxed))
                item = EMPTY;
            atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
        }
    } else {
        atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
    }
    return item;
}

static int steal(void) {
    long t = atomic_load_explicit(&top, memory_order_acquire);
    // Pairs with the fence of take().
    atomic_thread_fence(memory_order_seq_cst);
    long b = atomic_load_explicit(&bottom, memory_order_acquire);
    if (t >= b) return EMPTY;
    int item = atomic_load_explicit(&items[t % SIZE], memory_order_relaxed);
    if (!atomic_compare_exchange_strong_explicit(&top, &t, t + 1, memory_order_seq_cst,
                                                 memory_order_relaxed))
        return EMPTY;
    return item;
}

static void *thief(void *arg) {
    taken[0] = steal();
    taken[3] = steal();
    return arg;
}

int main(void) {
    pthread_t t;
    push(1);
    push(2);
    pthread_create(&t, 0, thief, 0);
    taken[1] = take();
    taken[2] = take();
    pthread_join(t, 0);
    int sum[3] = {0, 0, 0};
    for (int i = 0; i < 4; ++i)
        if (taken[i] != EMPTY) ++sum[taken[i]];
    assert(sum[1] == 1 && sum[2] == 1);
    return 0;
}
