// A loop whose failed round leaves nothing behind, or its value, as it happens; and in which two
// places stand behind the same event.
#include <pthread.h>
#include <stdatomic.h>

static int data;
static atomic_int word, flag;

static void *take(void *unused) {
    int old;
    long kept = 0;
    do {
        old = atomic_load_explicit(&word, memory_order_relaxed);
        if (old == 1) kept = atomic_load_explicit(&flag, memory_order_acquire);
    } while (!atomic_compare_exchange_strong_explicit(&word, &old, old + 8, memory_order_relaxed,
                                                      memory_order_relaxed));
#ifdef RACE
    if (atomic_load_explicit(&flag, memory_order_relaxed)) return (void *)(long)data;
#endif
    (void)unused;
    return (void *)kept;
}

static void *change(void *unused) {
    data = 1;
    atomic_store_explicit(&flag, 1, memory_order_release);
    atomic_store_explicit(&word, 1, memory_order_relaxed);
    atomic_store_explicit(&word, 2, memory_order_relaxed);
    return unused;
}

int main(void) {
    pthread_t a, b;
    void *kept;
    pthread_create(&a, 0, take, 0);
    pthread_create(&b, 0, change, 0);
    pthread_join(a, &kept);
    pthread_join(b, 0);
    return 0;
}
