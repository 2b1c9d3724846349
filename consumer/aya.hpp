// aya's RingBuf (aya/src/maps/ring_buf.rs): an item a call of next(), given back when it is
// dropped. The producer position is remembered, and looked at again when all up to it is read.
#pragma once

#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

enum class aya_version : std::uint8_t {
    v0_12,  // 0.12 and 0.13
    v0_14,  // loads producer_pos when the ring is opened, and fences before it looks again
};

// What a RingBuf keeps.
struct aya_state {
    bool open = false;
    kept_position cons_pos;     // read so far
    kept_position prod_pos;     // as last seen
    bool needs_wakeup = false;  // consumer_pos was stored, and no fence came since

    friend bool operator==(const aya_state&, const aya_state&) = default;
};

// RingBuf::new().
template <ring_memory M>
void open_ring_buf(M& r, aya_state& mine, aya_version version) {
    if (mine.open) return;
    mine.open = true;
    // Pairs with nothing: this thread is the only writer of consumer_pos. Loaded once.
    mine.cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    // Wrong in 0.12, if the ring was used before.
    mine.prod_pos = 0;
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    if (version == aya_version::v0_14)
        mine.prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
}

// ConsumerPos::consume(), as the drop of a RingBufItem does it.
template <ring_memory M>
void consume_item(M& r, aya_state& mine, std::uint32_t len) {
    using ulong = typename M::ulong;
    mine.cons_pos = static_cast<ulong>(mine.cons_pos + record_size(len));
    // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
    // bpf_ringbuf_commit().
    r.store_consumer_pos(site::consumer_store_consumer_pos, static_cast<ulong>(mine.cons_pos));
    mine.needs_wakeup = true;
}

// Whether a look that would lead to sleep must be repeated, behind the fence at `where`: once for
// all items that were given back since the last fence.
template <ring_memory M>
bool fence_if_given_back(M& r, aya_state& mine, site where) {
    if (!mine.needs_wakeup) return false;
    // Pairs with the full barrier of xchg(&hdr->len) in bpf_ringbuf_commit(): either the look
    // behind it sees the record, or its producer sees the new consumer_pos and sends a wakeup.
    r.fence(where);
    mine.needs_wakeup = false;
    return true;
}

// ProducerData::next(), and the drop of what it returned: true if there was an item.
template <ring_memory M, class F>
bool next_item(M& r, aya_state& mine, aya_version version, F&& sample_cb) {
    using ulong = typename M::ulong;
    const bool fences = version == aya_version::v0_14;
    for (;;) {
        const auto pos = static_cast<ulong>(mine.cons_pos);
        r.branch(dependency::consumer_empty_check);
        if (mine.cons_pos == mine.prod_pos) {
            if (fences) fence_if_given_back(r, mine, site::consumer_recheck_fence);
            // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
            mine.prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
            r.branch(dependency::consumer_empty_check);
            // Compared for equality alone, so that positions may wrap.
            if (mine.cons_pos == mine.prod_pos) return false;
        }
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length.
        const std::uint32_t len = r.load_header(site::consumer_load_header, pos);
        r.branch(dependency::consumer_busy_check);
        if (len & BPF_RINGBUF_BUSY_BIT) {
            if (!fences || !fence_if_given_back(r, mine, site::consumer_busy_fence)) return false;
            continue;
        }
        const bool discarded = len & BPF_RINGBUF_DISCARD_BIT;
        // Pairs with the program's stores to the payload, through the header.
        if (!discarded) sample_cb(r.payload(site::consumer_load_payload, pos, len));
        consume_item(r, mine, len);
        if (!discarded) return true;
    }
}

template <aya_version Version>
struct aya_loop {
    using state = aya_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state& mine, std::uint64_t n, F&& sample_cb) {
        return take_up_to(n, [&] {
            open_ring_buf(r, mine, Version);
            return next_item(r, mine, Version, sample_cb);
        });
    }
};

struct aya_0_12_consumer : aya_loop<aya_version::v0_12> {
    static constexpr consumer_info info{
        "aya-0.12", "RingBuf::next", "consumer/aya.hpp",
        "aya's RingBuf, 0.12 and 0.13: begins with producer position 0"};
};

struct aya_0_14_consumer : aya_loop<aya_version::v0_14> {
    static constexpr consumer_info info{
        .name = "aya-0.14",
        .function = "RingBuf::next",
        .file = "consumer/aya.hpp",
        .summary = "aya's RingBuf: a fence a batch, before it looks again",
        .own_site = site::consumer_busy_fence};
};

}  // namespace ringsim::consumer
