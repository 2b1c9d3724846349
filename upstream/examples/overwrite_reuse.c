// The kernel's ring buffer in overwrite mode, 32 bytes long. One CPU commits a record of 16 bytes;
// another one, as soon as it sees that commit, makes a record behind it whose payload begins again
// at the start of the ring. What stays there is the new record's.
//
//    ringsim kernel --linux ~/linux-7.2 overwrite_reuse.c -- -I ~/linux-7.2 -DRINGSIM_PAGE_SHIFT=5
//
// expect sc 2  x86-tso 2  rc11 2/3 data_race  armv8 1/3 assertion_failed
// expect riscv 2  power 2  lkmm 2/3 data_race
#define RINGSIM_EDGES /* nobody sleeps */
#include <linux/bpf.h>

#include "kernel/bpf/ringbuf.c"

#include <ringsim/test.h>

static struct bpf_map* map;
static u64 *old, *new;

/* Pages are mapped before anything runs. */
__attribute__((constructor)) static void make_ring(void) {
    union bpf_attr attr = {};

    attr.map_type = BPF_MAP_TYPE_RINGBUF;
    attr.max_entries = 32;
    attr.map_flags = BPF_F_RB_OVERWRITE;
    map = ringbuf_map_ops.map_alloc(&attr);
    old = (u64*)bpf_ringbuf_reserve(map, 16, 0);
}

static void commit(void) {
    old[0] = 1;
    bpf_ringbuf_submit(old, 0);
}

static void reuse(void) {
    new = (u64*)bpf_ringbuf_reserve(map, 16, 0);
    if (!new) return; /* the old one is not committed yet */
    new[1] = 3;
    bpf_ringbuf_submit(new, 0);
}

static void after(void) {
    if (new) EXPECT(new[1] == 3);
}

RINGSIM_TEST(.threads = {commit, reuse}, .after = after);
