// A thread that adds to a word many times: each sum is made of the one before, and all of them of
// the thread's own reads.
// expect            sc 2  x86-tso 2  rc11 2  armv8 2  armv8-rcpc 2  riscv 2  power 2
#include <pthread.h>
#include <stdatomic.h>

static atomic_int sum;
static atomic_int told;

static void *adds(void *unused)
{
    for (int i = 0; i < 250; ++i)
        atomic_fetch_add_explicit(&sum, 1, memory_order_relaxed);
    atomic_store_explicit(&told, atomic_load_explicit(&sum, memory_order_relaxed),
                          memory_order_relaxed);
    return unused;
}

static void *looks(void *unused)
{
    (void)atomic_load_explicit(&told, memory_order_relaxed);
    return unused;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, adds, 0);
    pthread_create(&b, 0, looks, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
