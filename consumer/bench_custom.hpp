// ringbuf_custom_process_ring() of the kernel's benchmark (benchs/bench_ringbufs.c, Linux 7.3): one
// store of consumer_pos a batch, and none at all if the batch ends at a BUSY record.
#pragma once

#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// `stores_at_busy`: as it should be.
template <ring_memory M, class F>
void ringbuf_custom_process_ring(M& r, bool stores_at_busy, F&& sample_cb) {
    using ulong = typename M::ulong;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    for (;;) {
        bool got_new_data = false;
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        const ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        r.branch(dependency::consumer_empty_check);
        bool busy = false;
        while (cons_pos < prod_pos) {
            // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length.
            const std::uint32_t len = r.load_header(site::consumer_load_header, cons_pos);
            busy = len & BPF_RINGBUF_BUSY_BIT;
            r.branch(dependency::consumer_busy_check);
            if (busy) break;
            got_new_data = true;
            // Pairs with the program's stores to the payload, through the header.
            if (!(len & BPF_RINGBUF_DISCARD_BIT))
                sample_cb(r.payload(site::consumer_load_payload, cons_pos, len));
            cons_pos = static_cast<ulong>(cons_pos + record_size(len));
        }
        if (busy && !stores_at_busy) return;
        if (!got_new_data) return;
        // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
        // bpf_ringbuf_commit().
        r.store_consumer_pos(site::consumer_store_consumer_pos, cons_pos);
        // Pairs with the full barrier of xchg(&hdr->len), where a table has this fence.
        r.fence(site::consumer_recheck_fence);
    }
}

template <bool StoresAtBusy>
struct bench_loop {
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t, F&& sample_cb) {
        std::int64_t count = 0;
        ringbuf_custom_process_ring(r, StoresAtBusy, [&](auto&& payload) {
            ++count;
            return sample_cb(payload);
        });
        return count;
    }
};

struct bench_custom_consumer : bench_loop</*StoresAtBusy=*/false> {
    static constexpr consumer_info info{"rb-custom", "ringbuf_custom_process_ring",
                                        "consumer/bench_custom.hpp",
                                        "the kernel's benchmark: one store a batch"};
};

struct bench_corrected_consumer : bench_loop</*StoresAtBusy=*/true> {
    static constexpr consumer_info info{"rb-corrected", "ringbuf_custom_process_ring",
                                        "consumer/bench_custom.hpp",
                                        "the same, with a store at a BUSY record"};
};

}  // namespace ringsim::consumer
