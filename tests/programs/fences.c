// A message that is handed over by fences beside relaxed accesses, which are no instructions on
// some machines.
//
// expect              sc 2  x86-tso 2  rc11 2  armv8 2  riscv 2  power 2
// expect -DNO_RELEASE sc 1/2 data_race  x86-tso 1/2 data_race  armv8 2/3 data_race
// expect -DNO_ACQUIRE sc 1/2 data_race  x86-tso 1/2 data_race  armv8 2/3 data_race
// expect -DBUFFERING  sc 3  x86-tso 4  rc11 4
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int message;
static atomic_int there, other;

static void *sender(void *unused) {
#ifdef BUFFERING
    // These do not keep a store before a later load.
    atomic_store_explicit(&other, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_acq_rel);
    atomic_load_explicit(&there, memory_order_relaxed);
#else
    message = 42;
#ifndef NO_RELEASE
    atomic_thread_fence(memory_order_release);
#endif
    atomic_store_explicit(&there, 1, memory_order_relaxed);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, sender, 0);
#ifdef BUFFERING
    atomic_store_explicit(&there, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_acq_rel);
    atomic_load_explicit(&other, memory_order_relaxed);
#else
    if (atomic_load_explicit(&there, memory_order_relaxed)) {
#ifndef NO_ACQUIRE
        atomic_thread_fence(memory_order_acquire);
#endif
        assert(message == 42);
    }
#endif
    pthread_join(t, 0);
    return 0;
}
