// falco's libpman (src/ringbuffer.c): a record is given back on the call after the one that handed
// it out, and the producer position is remembered until all up to it is read.
#pragma once

#include <cstdint>
#include <optional>

#include "consumer/reader_state.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// The ring as it is found.
template <ring_memory M>
void open_ring_buffer(M& r, reader_state& mine) {
    if (mine.open) return;
    mine.open = true;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    mine.cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    mine.prod_pos = mine.cons_pos;  // nothing to read yet
}

// Gives back what was read.
template <ring_memory M>
void give_back(M& r, const reader_state& mine) {
    using ulong = typename M::ulong;
    // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
    // bpf_ringbuf_commit().
    r.store_consumer_pos(site::consumer_store_consumer_pos, static_cast<ulong>(mine.cons_pos));
    // Pairs with the full barrier of xchg(&hdr->len), where a table has this fence.
    r.fence(site::consumer_recheck_fence);
}

// The header at the reader's position; nothing if there is no record or it is not committed.
template <ring_memory M>
std::optional<std::uint32_t> committed_header(M& r, reader_state& mine) {
    using ulong = typename M::ulong;
    r.branch(dependency::consumer_empty_check);
    if (mine.cons_pos == mine.prod_pos) {
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        mine.prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        r.branch(dependency::consumer_empty_check);
        if (mine.cons_pos == mine.prod_pos) return std::nullopt;
    }
    const auto pos = static_cast<ulong>(mine.cons_pos);
    // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length.
    const std::uint32_t len = r.load_header(site::consumer_load_header, pos);
    r.branch(dependency::consumer_busy_check);
    if (len & BPF_RINGBUF_BUSY_BIT) return std::nullopt;
    return len;
}

template <ring_memory M>
void step_over(reader_state& mine, std::uint32_t len) {
    mine.cons_pos = static_cast<typename M::ulong>(mine.cons_pos + record_size(len));
}

// pman_consume_first_event_from_ringbuf(): a record is given back on the call after the
// one that handed it out, so that the caller may go on reading it. `forgets_discards`: as before
// May 2024, when a discarded record was recognised and never stepped over.
template <ring_memory M, class F>
bool consume_first_ring_event(M& r, reader_state& mine, bool forgets_discards, F&& sample_cb) {
    if (mine.held != 0) {
        mine.held = 0;
        give_back(r, mine);
    }
    const auto len = committed_header(r, mine);
    if (!len) return false;
    if (*len & BPF_RINGBUF_DISCARD_BIT) {
        if (forgets_discards) return false;
        step_over<M>(mine, *len);
        give_back(r, mine);
        return false;
    }
    const auto pos = static_cast<typename M::ulong>(mine.cons_pos);
    step_over<M>(mine, *len);
    mine.held = record_size(*len);
    // Pairs with the program's stores to the payload, through the header.
    sample_cb(r.payload(site::consumer_load_payload, pos, *len));
    return true;
}

}  // namespace ringsim::consumer
