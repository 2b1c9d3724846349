// Message passing by smp_store_release() and smp_load_acquire(), and by less.
// expect sc 2  x86-tso 2  rc11 2  armv8 2  riscv 2  power 2  lkmm 2
// expect -DRELAXED sc 2  x86-tso 2  rc11 2/3 data_race  armv8 1/3 assertion_failed
// expect -DRELAXED lkmm 2/3 data_race
#include <linux/compiler.h>

#include <ringsim/test.h>

static int data, flag;

static void producer(void) {
    data = 1;
#ifdef RELAXED
    WRITE_ONCE(flag, 1);
#else
    smp_store_release(&flag, 1);
#endif
}

static void consumer(void) {
    if (smp_load_acquire(&flag)) EXPECT(data == 1);
}

RINGSIM_TEST(.threads = {producer, consumer});
