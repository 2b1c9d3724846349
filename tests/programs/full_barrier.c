// "A compare-and-exchange is a full barrier": as one instruction of Armv8.1 it keeps these loads
// behind itself; as a loop of load-exclusive and store-exclusive it does not.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, y;
static int a, b;

static void *left(void *unused) {
    int expected = 0;
    atomic_compare_exchange_strong(&x, &expected, 1);
#ifdef FENCE
    atomic_thread_fence(memory_order_seq_cst);
#endif
    a = atomic_load_explicit(&y, memory_order_relaxed);
    return unused;
}
static void *right(void *unused) {
    int expected = 0;
    atomic_compare_exchange_strong(&y, &expected, 1);
#ifdef FENCE
    atomic_thread_fence(memory_order_seq_cst);
#endif
    b = atomic_load_explicit(&x, memory_order_relaxed);
    return unused;
}

int main(void) {
    pthread_t s, t;
    pthread_create(&s, 0, left, 0);
    pthread_create(&t, 0, right, 0);
    pthread_join(s, 0);
    pthread_join(t, 0);
    assert(a || b);
    return 0;
}
// expect        sc 3  x86-tso 3  rc11 1/4 assertion_failed
// expect -DFENCE  sc 3  x86-tso 3  rc11 3
