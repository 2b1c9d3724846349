// Message passing by smp_wmb() and smp_rmb(), and without one of them.
// expect sc 3  x86-tso 3  rc11 3  armv8 3  riscv 3  power 3  lkmm 3
// expect -DNO_WMB x86-tso 3  rc11 1/4 assertion_failed  armv8 1/4 assertion_failed
// expect -DNO_WMB riscv 1/4 assertion_failed  power 1/4 assertion_failed  lkmm 1/4 assertion_failed
// expect -DNO_RMB x86-tso 3  rc11 1/4 assertion_failed  armv8 1/4 assertion_failed
// expect -DNO_RMB riscv 1/4 assertion_failed  power 1/4 assertion_failed  lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

static int data, flag;

static void producer(void) {
    WRITE_ONCE(data, 1);
#ifndef NO_WMB
    smp_wmb();
#endif
    WRITE_ONCE(flag, 1);
}

static void consumer(void) {
    int seen = READ_ONCE(flag);

#ifndef NO_RMB
    smp_rmb();
#endif
    seen -= READ_ONCE(data);
    EXPECT(seen != 1);
}

RINGSIM_TEST(.threads = {producer, consumer});
