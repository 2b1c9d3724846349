// The kernel's fifo with one producer and one consumer, which need no lock: what comes out went in.
// kfifo_get() looks at `in`, branches, and reads the element; a branch orders no later load.
//
//    ringsim kernel --linux ~/linux kfifo.c
//
// expect sc 4  x86-tso 4  armv8 4/9 assertion_failed  riscv 4/9 assertion_failed
// expect power 3/7 assertion_failed  lkmm 9/9 data_race
#include <linux/kfifo.h>

#include <ringsim/test.h>

static DEFINE_KFIFO(fifo, int, 2);

static void put(void) {
    kfifo_put(&fifo, 1);
    kfifo_put(&fifo, 2);
}

static void get(void) {
    int value;

    if (kfifo_get(&fifo, &value)) EXPECT(value == 1);
}

RINGSIM_TEST(.threads = {put, get});
