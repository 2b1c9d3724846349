// A lock with several readers: each finds what the writer left, and the writer what no reader is
// looking at any more.
// expect sc 4  x86-tso 4  armv8 4  riscv 4  power 4  lkmm 4
// expect -DUNLOCKED armv8 2/4 assertion_failed  lkmm 4/4 data_race
#include <linux/spinlock.h>

#include <ringsim/test.h>

static DEFINE_RWLOCK(lock);
static int first, second;

static void writer(void) {
    write_lock(&lock);
    first = 1;
    second = 1;
    write_unlock(&lock);
}

static void reader(void) {
#ifndef UNLOCKED
    read_lock(&lock);
#endif
    EXPECT(first == second);
#ifndef UNLOCKED
    read_unlock(&lock);
#endif
}

RINGSIM_TEST(.threads = {writer, reader});
