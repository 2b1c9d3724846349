// The kernel's smp_load_acquire() stays behind the smp_store_release() before it on Arm, with LDAPR
// as well: its code is LDAR. C's acquire is weaker there. LKMM promises it nowhere.
// expect sc 3  armv8 3  armv8-rcpc 3
// expect x86-tso 1/4 assertion_failed  rc11 1/4 assertion_failed  riscv 1/4 assertion_failed
// expect power 1/4 assertion_failed  lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

static int x, y, saw_x, saw_y;

static void left(void) {
    smp_store_release(&x, 1);
    saw_y = smp_load_acquire(&y);
}

static void right(void) {
    smp_store_release(&y, 1);
    saw_x = smp_load_acquire(&x);
}

static void after(void) {
    EXPECT(saw_x || saw_y);
}

RINGSIM_TEST(.threads = {left, right}, .after = after);
