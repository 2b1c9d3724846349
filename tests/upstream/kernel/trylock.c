// A lock that is got without waiting orders as one that is waited for.
// expect sc 4  x86-tso 4  rc11 4  armv8 4  riscv 4  power 4  lkmm 4
#include <linux/spinlock.h>

#include <ringsim/test.h>

static DEFINE_SPINLOCK(lock);
static int counter, tried;

static void add(void) {
    if (!spin_trylock(&lock)) {
        WRITE_ONCE(tried, 1);
        return;
    }
    counter++;
    spin_unlock(&lock);
}

static void after(void) {
    EXPECT(counter + tried == 2);
}

RINGSIM_TEST(.threads = {add, add}, .after = after);
