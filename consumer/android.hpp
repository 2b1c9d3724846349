// BpfRingbufBase::ConsumeAll() of Android (BpfRingbuf.h, packages/modules/Connectivity): one look
// at producer_pos a call, in front of consumer_pos; the header is read through a volatile pointer.
//
// Left out: a record whose size is not the expected one ends the call with an error.
#pragma once

#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

template <ring_memory M, class F>
std::int64_t android_consume_all(M& r, F&& callback) {
    using ulong = typename M::ulong;
    std::int64_t count = 0;
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    const ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    r.branch(dependency::consumer_empty_check);
    while (cons_pos != prod_pos) {
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length, if it is an
        // acquire. A volatile load is none.
        const std::uint32_t len = r.load_header(site::consumer_load_header, cons_pos);
        r.branch(dependency::consumer_busy_check);
        if (len & BPF_RINGBUF_BUSY_BIT) return count;
        const ulong rec_pos = cons_pos;
        cons_pos = static_cast<ulong>(cons_pos + record_size(len));
        if (!(len & BPF_RINGBUF_DISCARD_BIT)) {
            // Pairs with the program's stores to the payload, through the header.
            callback(r.payload(site::consumer_load_payload, rec_pos, len));
            ++count;
        }
        // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
        // bpf_ringbuf_commit().
        r.store_consumer_pos(site::consumer_store_consumer_pos, cons_pos);
    }
    return count;
}

struct android_consumer {
    static constexpr consumer_info info{"android", "BpfRingbufBase::ConsumeAll",
                                        "consumer/android.hpp",
                                        "Android's BpfRingbuf: one look at producer_pos a call"};
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t, F&& sample_cb) {
        return android_consume_all(r, sample_cb);
    }
};

}  // namespace ringsim::consumer
