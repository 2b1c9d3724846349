// The kernel's sequence counter: a reader that need not retry has seen both words or neither.
//
//    ringsim kernel --linux ~/linux seqcount.c
//
// expect sc 15  x86-tso 15  armv8 15  riscv 15  power 15  lkmm 15
#include <linux/seqlock.h>

#include <ringsim/test.h>

static seqcount_t sequence = SEQCNT_ZERO(sequence);
static int a, b;

static void write_both(void) {
    write_seqcount_begin(&sequence);
    WRITE_ONCE(a, 1);
    WRITE_ONCE(b, 1);
    write_seqcount_end(&sequence);
}

static void read_both(void) {
    unsigned start;
    int seen_a, seen_b;

    do {
        start = read_seqcount_begin(&sequence);
        seen_a = READ_ONCE(a);
        seen_b = READ_ONCE(b);
    } while (read_seqcount_retry(&sequence, start));
    EXPECT(seen_a == seen_b);
}

RINGSIM_TEST(.threads = {write_both, read_both});
