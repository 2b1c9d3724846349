// The reader proposed for overwrite mode (bpf list, August 2025): copy the record, then look
// whether it was overwritten meanwhile. Not in libbpf.
#pragma once

#include <concepts>
#include <cstdint>

#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

template <class M>
concept overwritten_memory =
    ring_memory<M> && requires(M& m, site s, typename M::ulong pos, unsigned word) {
        { m.load_overwrite_pos(s) } -> std::same_as<typename M::ulong>;
        // A word of payload that a producer may be writing.
        { m.load_shared_payload(s, pos, word) } -> std::same_as<std::uint64_t>;
    };

// Reads one record; `sample_cb(pos, len, copy)` gets its copied words through `copy(i)`. Returns
// false if there is none, or if the one that was read turned out to be overwritten.
template <overwritten_memory M, class Copy>
bool overwrite_read(M& r, Copy&& copy_and_keep) {
    using ulong = typename M::ulong;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
    const ulong over_pos = r.load_overwrite_pos(site::overwrite_reader_load_overwrite_pos);
    if (cons_pos < over_pos) cons_pos = over_pos;
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    const ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
    if (cons_pos >= prod_pos) return false;
    // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit().
    const std::uint32_t len = r.load_header(site::consumer_load_header, cons_pos);
    if (len & BPF_RINGBUF_BUSY_BIT) return false;

    const auto keep = copy_and_keep(cons_pos, len);

    // Not in the proposal. Pairs with the fence that reserve does not have: whoever sees a byte of
    // the new record also sees that the old one is gone.
    r.fence(site::overwrite_reader_fence);
    // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
    if (r.load_overwrite_pos(site::overwrite_reader_recheck_overwrite_pos) > cons_pos) return false;
    keep();
    // Pairs with smp_load_acquire(&rb->consumer_pos) in bpf_ringbuf_commit().
    r.store_consumer_pos(site::consumer_store_consumer_pos,
                         static_cast<ulong>(cons_pos + record_size(len)));
    return true;
}

}  // namespace ringsim::consumer
