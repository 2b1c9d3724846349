// A cmpxchg() that fails does not even acquire; smp_load_acquire() behind it would.
// expect sc 3  x86-tso 3  armv8 1/4 assertion_failed  riscv 1/4 assertion_failed
// expect lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

static int data, flag;

static void producer(void) {
    WRITE_ONCE(data, 1);
    smp_store_release(&flag, 1);
}

static void consumer(void) {
    int seen = cmpxchg(&flag, 2, 3); /* it is never 2 */
    int saw = READ_ONCE(data);

    EXPECT(seen == 0 || saw == 1);
}

RINGSIM_TEST(.threads = {producer, consumer});
