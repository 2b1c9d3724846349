/* A consumer as it is written first: libbpf's loop. What does it lack? */
#include <stdatomic.h>

#define BUSY 0x80000000u

struct ring {
    atomic_ulong consumer_pos;
    atomic_ulong producer_pos;
    atomic_uint header[2];
    unsigned payload[2];
};

int consume(struct ring *r, void (*take)(unsigned payload))
{
    unsigned long pos = atomic_load_explicit(&r->consumer_pos, memory_order_relaxed);
    if (pos == atomic_load_explicit(&r->producer_pos, memory_order_acquire))
        return 0;
    if (atomic_load_explicit(&r->header[pos / 16], memory_order_acquire) & BUSY)
        return 0;
    take(r->payload[pos / 16]);
    atomic_store_explicit(&r->consumer_pos, pos + 16, memory_order_release);
    return 1;
}
