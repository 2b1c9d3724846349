// A counter under a spinlock, and without it.
// expect sc 2  x86-tso 2  rc11 2  armv8 2  riscv 2  power 2  lkmm 2
// expect -DNO_LOCK sc 2/4 assertion_failed  rc11 2/2 data_race
#include <linux/spinlock.h>

#include <ringsim/test.h>

static DEFINE_SPINLOCK(lock);
static int counter;

static void add(void) {
#ifndef NO_LOCK
    spin_lock(&lock);
#endif
    counter++;
#ifndef NO_LOCK
    spin_unlock(&lock);
#endif
}

static void after(void) {
    EXPECT(counter == 2);
}

RINGSIM_TEST(.threads = {add, add}, .after = after);
