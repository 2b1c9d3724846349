// falco's libpman (src/ringbuffer.c): a record is given back on the call after the one that handed
// it out, and the producer position is remembered until all up to it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// What libpman keeps of a ring.
struct libpman_state {
    bool open = false;
    kept_position cons_pos;  // read so far; consumer_pos may lag behind it
    kept_position prod_pos;  // as last seen
    std::uint32_t held = 0;  // bytes of the record that was handed out and not given back

    friend bool operator==(const libpman_state&, const libpman_state&) = default;
};

// The ring as it is found.
template <ring_memory M>
void open_ring_buffer(M& r, libpman_state& mine) {
    if (mine.open) return;
    mine.open = true;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    mine.cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    mine.prod_pos = mine.cons_pos;  // nothing to read yet
}

// Gives back what was read.
template <ring_memory M>
void give_back(M& r, const libpman_state& mine) {
    using ulong = typename M::ulong;
    // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
    // bpf_ringbuf_commit().
    r.store_consumer_pos(site::consumer_store_consumer_pos, static_cast<ulong>(mine.cons_pos));
    // Pairs with the full barrier of xchg(&hdr->len), where a table has this fence.
    r.fence(site::consumer_recheck_fence);
}

// The header at the reader's position; nothing if there is no record or it is not committed.
template <ring_memory M>
std::optional<std::uint32_t> committed_header(M& r, libpman_state& mine) {
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
void step_over(libpman_state& mine, std::uint32_t len) {
    mine.cons_pos = static_cast<typename M::ulong>(mine.cons_pos + record_size(len));
}

// pman_consume_first_event_from_ringbuf(): a record is given back on the call after the
// one that handed it out, so that the caller may go on reading it. `forgets_discards`: as before
// May 2024, when a discarded record was recognised and never stepped over.
template <ring_memory M, class F>
bool consume_first_ring_event(M& r, libpman_state& mine, bool forgets_discards, F&& sample_cb) {
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

// --- several rings ---

// What it does at a ring of which everything up to the producer position that was seen last has
// been read.
enum class at_end : std::uint8_t {
    refreshes,  // before August 2024: looks at producer_pos, for the next time, and goes on
    insists,    // looks at producer_pos, and at the record if there is one
};

// The header at the reader's position, as far as it is known to be there.
template <ring_memory M>
std::optional<std::uint32_t> first_header(M& r, libpman_state& mine, at_end then) {
    r.branch(dependency::consumer_empty_check);
    if (then == at_end::refreshes && mine.cons_pos == mine.prod_pos) {
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        mine.prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        return std::nullopt;
    }
    return committed_header(r, mine);
}

// pman_consume_first_from_buffers(): of `count` rings, one for each CPU, the record with the lowest
// timestamp. `ring(i)` is one of them, and `state(i)` what is kept of it. False if no ring has a
// record, as far as is seen.
template <class Ring, class State, class F>
bool consume_first_from_buffers(unsigned count, at_end then, Ring&& ring, State&& state,
                                F&& sample_cb) {
    std::optional<std::uint64_t> lowest;
    unsigned from = 0;
    std::uint32_t len = 0;
    const auto position = [&](auto& r, unsigned i) {
        return static_cast<typename std::remove_reference_t<decltype(r)>::ulong>(state(i).cons_pos);
    };
    for (unsigned i = 0; i < count; ++i) {
        auto& r = ring(i);
        open_ring_buffer(r, state(i));
        const auto header = first_header(r, state(i), then);
        if (!header) continue;
        // Pairs with the program's stores to the payload, through the header.
        const std::uint64_t timestamp =
            r.payload(site::consumer_load_payload, position(r, i), *header).word(0);
        if (lowest && *lowest <= timestamp) continue;
        lowest = timestamp;
        from = i;
        len = *header;
    }
    if (!lowest) return false;
    auto& r = ring(from);
    // Pairs with the same.
    sample_cb(r.payload(site::consumer_load_payload, position(r, from), len));
    step_over<std::remove_reference_t<decltype(r)>>(state(from), len);
    give_back(r, state(from));
    return true;
}

// --- as a consumer ---

template <at_end Then>
struct libpman_loop {
    using state = libpman_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state& mine, std::uint64_t n, F&& sample_cb) {
        return take_up_to(n, [&] {
            open_ring_buffer(r, mine);
            return consume_first_ring_event(r, mine, Then == at_end::refreshes, sample_cb);
        });
    }
    template <class Ring, class State, class F>
    static bool merge(unsigned count, Ring&& ring, State&& state, F&& sample_cb) {
        return consume_first_from_buffers(count, Then, ring, state, sample_cb);
    }
};

struct libpman_consumer : libpman_loop<at_end::insists> {
    static constexpr consumer_info info{
        .name = "libpman",
        .function = "pman_consume_first_event",
        .file = "consumer/libpman.hpp",
        .summary = "falco's libpman: gives a record back on the next call",
        .merges_rings = true};
};

struct libpman_0_consumer : libpman_loop<at_end::refreshes> {
    static constexpr consumer_info info{
        .name = "libpman-0",
        .function = "pman_consume_first_event",
        .file = "consumer/libpman.hpp",
        .summary = "the same before it stepped over discarded records",
        .merges_rings = true};
};

}  // namespace ringsim::consumer
