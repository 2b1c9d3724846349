/* What one run of the producer is told, and what it tells: shared by the BPF program, in C, and by
 * the program that runs it, in C++. */
#ifndef RINGSIM_CONSUMER_LIVE_PRODUCER_ARGS_H
#define RINGSIM_CONSUMER_LIVE_PRODUCER_ARGS_H

#include <linux/types.h>

struct producer_args {
    __u64 flags;         /* of bpf_ringbuf_submit() */
    __u64 next_sequence; /* in: number of the first record; out: one past the last */
    __u64 dropped;       /* reservations that found no room are added to it */
    __u32 batch;         /* records to make */
    __u32 record_size;   /* payload bytes: a power of two, 8 to 2048 */
};

#endif
