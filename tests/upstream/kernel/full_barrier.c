// Store buffering: smp_mb() forbids it, and smp_wmb() with smp_rmb() does not.
// expect sc 3  x86-tso 3  rc11 3  armv8 3  riscv 3  power 3  lkmm 3
// expect -DWEAKER sc 3  x86-tso 1/4 assertion_failed  rc11 1/4 assertion_failed
// expect -DWEAKER armv8 1/4 assertion_failed  riscv 1/4 assertion_failed
// expect -DWEAKER power 1/4 assertion_failed  lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

#ifdef WEAKER
#define barrier_between() \
    do {                  \
        smp_wmb();        \
        smp_rmb();        \
    } while (0)
#else
#define barrier_between() smp_mb()
#endif

static int x, y, saw_x, saw_y;

static void left(void) {
    WRITE_ONCE(x, 1);
    barrier_between();
    saw_y = READ_ONCE(y);
}

static void right(void) {
    WRITE_ONCE(y, 1);
    barrier_between();
    saw_x = READ_ONCE(x);
}

static void after(void) {
    EXPECT(saw_x || saw_y);
}

RINGSIM_TEST(.threads = {left, right}, .after = after);
