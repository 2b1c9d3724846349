// cmpxchg() is a full barrier if it succeeds, and orders nothing if it fails.
// expect sc 3  x86-tso 3  rc11 3  armv8 3  riscv 3  power 3  lkmm 3
// expect -DFAILS sc 3  x86-tso 3  armv8 1/4 assertion_failed  riscv 1/4 assertion_failed
// expect -DFAILS power 3  lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

#ifdef FAILS
#define expected 1
#else
#define expected 0
#endif

static int x, y, saw_x, saw_y, left_word, right_word;

static void left(void) {
    WRITE_ONCE(x, 1);
    cmpxchg(&left_word, expected, 2);
    saw_y = READ_ONCE(y);
}

static void right(void) {
    WRITE_ONCE(y, 1);
    cmpxchg(&right_word, expected, 2);
    saw_x = READ_ONCE(x);
}

static void after(void) {
    EXPECT(saw_x || saw_y);
}

RINGSIM_TEST(.threads = {left, right}, .after = after);
