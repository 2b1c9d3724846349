// Load buffering, and enough beside it that several processes share the search: the two first
// threads may each read what the other writes later, and the third sees some of it.
// expect  sc 132  rc11 144  armv8 48/192 assertion_failed  power 48/192 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, y, z;
static int a, b;

static void* first(void* none) {
    a = atomic_load_explicit(&x, memory_order_relaxed);
    atomic_store_explicit(&y, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&z, 1, memory_order_relaxed);
    return none;
}

static void* second(void* none) {
    b = atomic_load_explicit(&y, memory_order_relaxed);
    atomic_store_explicit(&x, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&z, 1, memory_order_relaxed);
    return none;
}

static void* third(void* none) {
    int seen = atomic_load_explicit(&x, memory_order_relaxed);
    seen += atomic_load_explicit(&y, memory_order_relaxed);
    seen += atomic_load_explicit(&z, memory_order_relaxed);
    atomic_fetch_add_explicit(&z, seen, memory_order_relaxed);
    return none;
}

int main(void) {
    pthread_t t[3];
    pthread_create(&t[0], 0, first, 0);
    pthread_create(&t[1], 0, second, 0);
    pthread_create(&t[2], 0, third, 0);
    for (int i = 0; i < 3; ++i) pthread_join(t[i], 0);
    assert(!(a == 1 && b == 1));
    return 0;
}
