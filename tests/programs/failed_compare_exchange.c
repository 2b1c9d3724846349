// A compare-exchange that fails has the order that it names for that, whatever its order is if it
// succeeds, on every machine: a compiler emits a read that acquires, or one that does not.
// -DRELAXED: it would acquire if it succeeded, which it never does.
// expect            sc 2  x86-tso 2  rc11 2  armv8 2  armv8-rcpc 2  riscv 2  power 2
// expect -DRELAXED  sc 2  x86-tso 2  rc11 1/3 assertion_failed  armv8 1/3 assertion_failed
// expect -DRELAXED  riscv 1/3 assertion_failed  power 1/3 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RELAXED
#define SUCCESS memory_order_acquire
#define FAILURE memory_order_relaxed
#else
#define SUCCESS memory_order_release
#define FAILURE memory_order_acquire
#endif

static atomic_int payload;
static atomic_int ready;

static void *writer(void *arg) {
    atomic_store_explicit(&payload, 1, memory_order_relaxed);
    atomic_store_explicit(&ready, 1, memory_order_release);
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, writer, 0);
    int seen = 5;  // which it never is
    atomic_compare_exchange_strong_explicit(&ready, &seen, 7, SUCCESS, FAILURE);
    if (seen == 1) assert(atomic_load_explicit(&payload, memory_order_relaxed) == 1);
    pthread_join(t, 0);
    return 0;
}
