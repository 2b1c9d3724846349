// smp_cond_load_acquire() waits, and has seen what was before the store that it waited for.
// expect sc 1  x86-tso 1  rc11 1  armv8 1  riscv 1  power 1  lkmm 1
// expect -DRELAXED x86-tso 1  rc11 1/2 assertion_failed  armv8 1/2 assertion_failed
// expect -DRELAXED lkmm 1/2 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

#ifdef RELAXED
#define wait_for smp_cond_load_relaxed
#else
#define wait_for smp_cond_load_acquire
#endif

static int data, flag;

static void producer(void) {
    WRITE_ONCE(data, 1);
    smp_store_release(&flag, 1);
}

static void consumer(void) {
    wait_for(&flag, VAL == 1);
    EXPECT(READ_ONCE(data) == 1);
}

RINGSIM_TEST(.threads = {producer, consumer});
