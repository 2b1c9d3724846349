// A bit as a lock: test_and_set_bit_lock() is an acquire and clear_bit_unlock() a release;
// set_bit() and clear_bit() order nothing.
// expect sc 2  x86-tso 2  rc11 2  armv8 2  riscv 2  power 2  lkmm 2
// expect -DWEAK sc 2  x86-tso 2  rc11 2/3 data_race  armv8 1/3 assertion_failed
// expect -DWEAK riscv 1/3 assertion_failed  power 1/3 assertion_failed  lkmm 2/3 data_race
#include <linux/bitops.h>

#include <ringsim/test.h>

static unsigned long words[2];
static int guarded, seen = -1;

static void first(void) {
    guarded = 1;
#ifdef WEAK
    clear_bit(65, words);
#else
    clear_bit_unlock(65, words);
#endif
}

static void second(void) {
    if (!test_and_set_bit_lock(65, words)) seen = guarded;
}

static void before(void) {
    set_bit(65, words);
    EXPECT(test_bit(65, words) && !test_bit(1, words));
}

static void after(void) {
    EXPECT(seen == -1 || seen == 1);
}

RINGSIM_TEST(.before = before, .threads = {first, second}, .after = after);
