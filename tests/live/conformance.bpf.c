// Does to a real ring what a script says, and notes what the helpers returned.
//
// A record cannot stay reserved from one run to the next: the verifier insists that a program
// gives back what it took. So a run is a script that holds up to four records at once.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "tests/live/conformance_script.h"

char program_license[] SEC("license") = "Dual MIT/GPL";

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} ring SEC(".maps");

__u8 fill[2 * CONFORMANCE_FILL];

// Keeps clang from moving a bounds check away from the value that the verifier looks at.
#define keep(x) asm volatile("" : "+r"(x))

static __always_inline void output(struct conformance_output* o) {
    if (!o->present) return;
    __u64 from = o->fill, size = o->size;
    keep(from);
    keep(size);
    if (from >= CONFORMANCE_FILL || size > CONFORMANCE_FILL) return;
    o->result = bpf_ringbuf_output(&ring, fill + from, size, o->flags);
}

// A slot that is not present is reserved with a flag that the kernel refuses: the verifier wants
// every dynptr set.
static __always_inline void reserve(struct conformance_slot* s, struct bpf_dynptr* record) {
    const __u64 flags = s->present ? s->reserve_flags : 1;
    s->reserve_result = bpf_ringbuf_reserve_dynptr(&ring, s->size, flags, record);
    __u64 from = s->fill, size = s->size;
    keep(from);
    keep(size);
    if (from >= CONFORMANCE_FILL) return;
    if (size > CONFORMANCE_FILL) size = CONFORMANCE_FILL;
    s->write_result = bpf_dynptr_write(record, 0, fill + from, size, 0);
}

static __always_inline void commit(struct conformance_slot* s, struct bpf_dynptr* record) {
    if (s->discard)
        bpf_ringbuf_discard_dynptr(record, s->flags);
    else
        bpf_ringbuf_submit_dynptr(record, s->flags);
}

static __always_inline __u64* reserve_fixed(struct conformance_fixed* f) {
    if (!f->present) return 0;
    switch (f->size_index) {
        case 0: return bpf_ringbuf_reserve(&ring, 8, f->reserve_flags);
        case 1: return bpf_ringbuf_reserve(&ring, 9, f->reserve_flags);
        case 2: return bpf_ringbuf_reserve(&ring, 64, f->reserve_flags);
        case 3: return bpf_ringbuf_reserve(&ring, 1000, f->reserve_flags);
        case 4: return bpf_ringbuf_reserve(&ring, 4080, f->reserve_flags);
        case 5: return bpf_ringbuf_reserve(&ring, 4088, f->reserve_flags);
        case 6: return bpf_ringbuf_reserve(&ring, 0x3fffffff, f->reserve_flags);
        case 7: return bpf_ringbuf_reserve(&ring, 0x40000000, f->reserve_flags);
    }
    return 0;
}

static __always_inline void commit_fixed(struct conformance_fixed* f, __u64* record) {
    if (!record) return;
    *record = f->first_word;
    if (f->discard)
        bpf_ringbuf_discard(record, f->flags);
    else
        bpf_ringbuf_submit(record, f->flags);
}

static __always_inline void query(struct conformance_query* q) {
    q->avail_data = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
    q->ring_size = bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE);
    q->cons_pos = bpf_ringbuf_query(&ring, BPF_RB_CONS_POS);
    q->prod_pos = bpf_ringbuf_query(&ring, BPF_RB_PROD_POS);
    q->answer = bpf_ringbuf_query(&ring, q->flags);
}

#define COMMIT_IN_ORDER(number, x, y, z)     \
    case number:                             \
        commit(&s->slots[x], &record_##x);   \
        output(&s->outputs[4]);              \
        commit(&s->slots[y], &record_##y);   \
        commit(&s->slots[z], &record_##z);   \
        break;

SEC("syscall")
int run_script(struct conformance_script* s) {
    struct bpf_dynptr record_0, record_1, record_2;

    output(&s->outputs[0]);
    reserve(&s->slots[0], &record_0);
    output(&s->outputs[1]);
    reserve(&s->slots[1], &record_1);
    output(&s->outputs[2]);
    __u64* fixed = reserve_fixed(&s->fixed);
    s->fixed.reserved = fixed != 0;
    reserve(&s->slots[2], &record_2);
    output(&s->outputs[3]);
    query(&s->queries[0]);

    const int fixed_first = s->fixed_first != 0;
    if (fixed_first) commit_fixed(&s->fixed, fixed);
    switch (s->commit_order) {
        COMMIT_IN_ORDER(0, 0, 1, 2)
        COMMIT_IN_ORDER(1, 0, 2, 1)
        COMMIT_IN_ORDER(2, 1, 0, 2)
        COMMIT_IN_ORDER(3, 1, 2, 0)
        COMMIT_IN_ORDER(4, 2, 0, 1)
        default:
        COMMIT_IN_ORDER(5, 2, 1, 0)
    }
    if (!fixed_first) commit_fixed(&s->fixed, fixed);
    output(&s->outputs[5]);
    query(&s->queries[1]);
    return 0;
}
