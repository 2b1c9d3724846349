// What only the round that failed shows: nothing else of the execution is wrong.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int top, done;
static atomic_int *cells[2];
static int payload;

#if defined(WEAKER)
// The first load acquires, the attempts do not: who failed has not seen what the last value says.
static void *take(void *unused) {
    int old = atomic_load_explicit(&top, memory_order_acquire);
    while (!atomic_compare_exchange_strong_explicit(&top, &old, old + 2, memory_order_relaxed,
                                                    memory_order_relaxed))
        ;
    if (old == 1) return (void *)(long)payload;
    return unused;
}
static void *change(void *unused) {
    payload = 1;
    atomic_store_explicit(&top, 1, memory_order_release);
    return unused;
}
#else
// The cell that the failed round read is written, or freed, by somebody who knows that the other
// thread has done its work, and not that it comes before.
static void *take(void *unused) {
    int old;
    int next;
    do {
        old = atomic_load_explicit(&top, memory_order_relaxed);
#ifdef PLAIN
        next = *(int *)cells[old];
#else
        next = atomic_load_explicit(cells[old], memory_order_relaxed);
#endif
    } while (!atomic_compare_exchange_strong_explicit(&top, &old, next, memory_order_relaxed,
                                                      memory_order_relaxed));
    if (old == 1) atomic_store_explicit(&done, 1, memory_order_relaxed);
    return unused;
}
static void *change(void *unused) {
    int zero = 0;
    if (!atomic_compare_exchange_strong_explicit(&top, &zero, 1, memory_order_relaxed,
                                                 memory_order_relaxed))
        return unused;
    if (atomic_load_explicit(&done, memory_order_relaxed) == 0) return unused;
#if defined(FREED)
    free(cells[0]);
#elif defined(PLAIN)
    atomic_store_explicit(cells[0], 7, memory_order_relaxed);
#else
    *(int *)cells[0] = 7;
#endif
    return unused;
}
#endif

int main(void) {
    for (int i = 0; i < 2; ++i) {
        cells[i] = malloc(sizeof(atomic_int));
        atomic_init(cells[i], 2);
    }
    pthread_t a, b;
    pthread_create(&a, 0, take, 0);
    pthread_create(&b, 0, change, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
