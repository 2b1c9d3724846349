// The kernel's ring of pointers: what a pointer that is consumed points to was written before. On
// Arm and RISC-V that rests on the address dependency in __ptr_ring_consume().
//
//    ringsim kernel --linux ~/linux ptr_ring.c
//
// expect sc 2  x86-tso 2  armv8 1/3 assertion_failed  riscv 1/3 assertion_failed
// expect power 2  lkmm 2/3 data_race
#include <linux/ptr_ring.h>

#include <ringsim/test.h>

static struct ptr_ring ring;
static int value;

static void init(void) {
    EXPECT(ptr_ring_init(&ring, 2, GFP_KERNEL) == 0);
}

static void produce(void) {
    value = 1;
    ptr_ring_produce(&ring, &value);
}

static void consume(void) {
    int* taken = ptr_ring_consume(&ring);

    if (taken) EXPECT(*taken == 1);
}

RINGSIM_TEST(.before = init, .threads = {produce, consume});
