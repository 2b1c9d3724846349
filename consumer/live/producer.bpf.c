// The producer of live mode: a program that BPF_PROG_TEST_RUN runs, one batch of records a run.
//
// Every record carries its sequence number, in its first and in its last eight bytes. A number is
// used up only by a record that was submitted, so a consumer that sees a gap has lost one.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "consumer/live/producer_args.h"

char program_license[] SEC("license") = "Dual MIT/GPL";

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 65536);
} ring SEC(".maps");

struct batch {
    __u64 flags;
    __u64 next_sequence;
    __u64 dropped;
    __u32 record_size;
};

// The verifier wants the size as a constant.
#define RESERVE_CASE(size)                              \
    case size: {                                        \
        __u64* rec = bpf_ringbuf_reserve(&ring, size, 0); \
        if (!rec) {                                     \
            b->dropped++;                               \
            return 0;                                   \
        }                                               \
        rec[0] = b->next_sequence;                      \
        rec[(size) / 8 - 1] = b->next_sequence;         \
        b->next_sequence++;                             \
        bpf_ringbuf_submit(rec, b->flags);              \
        return 0;                                       \
    }

static long produce_one(__u32 index, void* ctx) {
    struct batch* b = ctx;
    switch (b->record_size) {
        RESERVE_CASE(8)
        RESERVE_CASE(16)
        RESERVE_CASE(32)
        RESERVE_CASE(64)
        RESERVE_CASE(128)
        RESERVE_CASE(256)
        RESERVE_CASE(512)
        RESERVE_CASE(1024)
        RESERVE_CASE(2048)
    }
    return 1;
}

SEC("syscall")
int produce(struct producer_args* args) {
    struct batch b = {
        .flags = args->flags,
        .next_sequence = args->next_sequence,
        .record_size = args->record_size,
    };
    bpf_loop(args->batch, produce_one, &b, 0);
    args->next_sequence = b.next_sequence;
    args->dropped += b.dropped;
    return 0;
}
