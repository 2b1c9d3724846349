// Store buffering: xchg() is a full barrier on both sides, and xchg_relaxed() is none.
// expect sc 3  x86-tso 3  rc11 3  armv8 3  riscv 3  power 3  lkmm 3
// expect -DRELAXED sc 3  x86-tso 3  rc11 1/4 assertion_failed  armv8 1/4 assertion_failed
// expect -DRELAXED power 1/4 assertion_failed  lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

#ifdef RELAXED
#define set(p) xchg_relaxed(p, 1)
#else
#define set(p) xchg(p, 1)
#endif

static int x, y, saw_x, saw_y;

static void left(void) {
    set(&x);
    saw_y = READ_ONCE(y);
}

static void right(void) {
    set(&y);
    saw_x = READ_ONCE(x);
}

static void after(void) {
    EXPECT(saw_x || saw_y);
}

RINGSIM_TEST(.threads = {left, right}, .after = after);
