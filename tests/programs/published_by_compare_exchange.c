// A compare-exchange publishes if it succeeds, although it orders nothing where it fails.
// expect            sc 2  x86-tso 2  rc11 2  armv8 2  armv8-rcpc 2  riscv 2  power 2
// expect -DRELAXED  sc 2  x86-tso 2  rc11 1/3 assertion_failed  armv8 1/3 assertion_failed
// expect -DRELAXED  armv8-rcpc 1/3 assertion_failed  riscv 1/3 assertion_failed
// expect -DRELAXED  power 1/3 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RELAXED
#define SUCCESS memory_order_relaxed
#else
#define SUCCESS memory_order_release
#endif

static atomic_int payload;
static atomic_int ready;

static void *writer(void *arg) {
    int expected = 0;
    atomic_store_explicit(&payload, 1, memory_order_relaxed);
    atomic_compare_exchange_strong_explicit(&ready, &expected, 1, SUCCESS, memory_order_relaxed);
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, writer, 0);
    if (atomic_load_explicit(&ready, memory_order_acquire))
        assert(atomic_load_explicit(&payload, memory_order_relaxed) == 1);
    pthread_join(t, 0);
    return 0;
}
