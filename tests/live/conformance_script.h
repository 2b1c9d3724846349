/* One run of the conformance program: what it is told to do to the ring, and what came of it.
 * Shared by the BPF program, in C, and by the test, in C++.
 *
 * Order of a run: output 0; reserve slot 0, output 1; reserve slot 1, output 2; reserve the fixed
 * record; reserve slot 2, output 3; query; commit the fixed record if `fixed_first`; commit the
 * slots in the order of `commit_order`, with output 4 after the first of them; commit the fixed
 * record if not yet; output 5; query. */
#ifndef RINGSIM_TESTS_LIVE_CONFORMANCE_SCRIPT_H
#define RINGSIM_TESTS_LIVE_CONFORMANCE_SCRIPT_H

#include <linux/types.h>

#define CONFORMANCE_SLOTS 3
#define CONFORMANCE_COMMIT_ORDERS 6
#define CONFORMANCE_OUTPUTS 6
/* Bytes that payloads are copied from, starting at `fill`; a longer record keeps what it had. */
#define CONFORMANCE_FILL 65536
/* The sizes of the fixed record, which bpf_ringbuf_reserve() wants as constants. */
#define CONFORMANCE_FIXED_SIZES 8

struct conformance_output {
    __u64 flags;
    __u32 present;
    __u32 size;
    __u32 fill;
    __s32 result;
};

/* A record reserved with bpf_ringbuf_reserve_dynptr(), which takes a size at run time. */
struct conformance_slot {
    __u64 reserve_flags;
    __u64 flags; /* of the commit */
    __u32 present;
    __u32 size;
    __u32 fill;
    __u32 discard;
    __s32 reserve_result;
    __s32 write_result;
};

/* A record reserved with bpf_ringbuf_reserve(). */
struct conformance_fixed {
    __u64 reserve_flags;
    __u64 flags; /* of the commit */
    __u32 present;
    __u32 size_index;
    __u32 first_word;
    __u32 discard;
    __s32 reserved; /* out: 1 or 0 */
    __s32 unused;
};

struct conformance_query {
    __u64 avail_data;
    __u64 ring_size;
    __u64 cons_pos;
    __u64 prod_pos;
    __u64 flags; /* of one more, and its answer */
    __u64 answer;
};

struct conformance_script {
    struct conformance_slot slots[CONFORMANCE_SLOTS];
    struct conformance_output outputs[CONFORMANCE_OUTPUTS];
    struct conformance_fixed fixed;
    struct conformance_query queries[2];
    __u32 commit_order;
    __u32 fixed_first;
};

#endif
