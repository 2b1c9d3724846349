// RingBuffer::poll_read() of libbpf-async (libbpf-async/src/ringbuf.rs): one record a call, relaxed
// accesses, a fence behind each load and one before the store.
//
// The fence before the store looks misplaced: the pattern wants one behind it. But the call after
// it begins by loading consumer_pos and fencing, so there is one between the store and every look
// that could lead to sleep.
#pragma once

#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// Until its version of December 2022 it handed out discarded records as if they were data.
enum class discarded : std::uint8_t { skipped, handed_out };

// One call: true if there was a record. `sample_cb` may get it.
template <ring_memory M, class F>
bool poll_read(M& r, discarded what, F&& sample_cb) {
    using ulong = typename M::ulong;
    for (;;) {
        // Pairs with nothing: this thread is the only writer.
        ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
        // Pairs with the full barrier of xchg(&hdr->len): the store of the call before is visible
        // before the two looks below.
        r.fence(site::consumer_fence_after_consumer_pos);
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        const ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        // Pairs with the same.
        r.fence(site::consumer_fence_after_producer_pos);
        r.branch(dependency::consumer_empty_check);
        if (cons_pos >= prod_pos) return false;
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length.
        const std::uint32_t len = r.load_header(site::consumer_load_header, cons_pos);
        // Pairs with the same.
        r.fence(site::consumer_fence_after_header);
        r.branch(dependency::consumer_busy_check);
        if (len & BPF_RINGBUF_BUSY_BIT) return false;

        const ulong rec_pos = cons_pos;
        cons_pos = static_cast<ulong>(cons_pos + record_size(len));
        const bool skip = (len & BPF_RINGBUF_DISCARD_BIT) && what == discarded::skipped;
        // Pairs with the program's stores to the payload, through the header.
        if (!skip)
            sample_cb(
                r.payload(site::consumer_load_payload, rec_pos, len & ~BPF_RINGBUF_DISCARD_BIT));
        // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve(): the payload
        // is read before its space is used again.
        r.fence(site::consumer_fence_before_store);
        // Pairs with the same.
        r.store_consumer_pos(site::consumer_store_consumer_pos, cons_pos);
        if (!skip) return true;
    }
}

template <discarded What>
struct libbpf_async_loop {
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return take_up_to(n, [&] { return poll_read(r, What, sample_cb); });
    }
};

struct libbpf_async_consumer : libbpf_async_loop<discarded::skipped> {
    static constexpr consumer_info info{"libbpf-async", "RingBuffer::poll_read",
                                        "consumer/libbpf_async.hpp",
                                        "one record a call, fences beside each access"};
};

struct libbpf_async_0_consumer : libbpf_async_loop<discarded::handed_out> {
    static constexpr consumer_info info{"libbpf-async-0", "RingBuffer::poll_read",
                                        "consumer/libbpf_async.hpp",
                                        "the same before it skipped discarded records"};
};

}  // namespace ringsim::consumer
