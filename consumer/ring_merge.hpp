// pman_consume_first_from_buffers() of falco's libpman (src/ringbuffer.c): of several rings, one
// for each CPU, the record with the lowest timestamp.
#pragma once

#include <cstdint>
#include <optional>

#include "consumer/libpman.hpp"

namespace ringsim::consumer {

// What it does at a ring of which everything up to the producer position that was seen last has
// been read.
enum class at_end : std::uint8_t {
    refreshes,  // before August 2024: looks at producer_pos, for the next time, and goes on
    insists,    // looks at producer_pos, and at the record if there is one
};

// The header at the reader's position, as far as it is known to be there.
template <ring_memory M>
std::optional<std::uint32_t> first_header(M& r, reader_state& mine, at_end then) {
    r.branch(dependency::consumer_empty_check);
    if (then == at_end::refreshes && mine.cons_pos == mine.prod_pos) {
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        mine.prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        return std::nullopt;
    }
    return committed_header(r, mine);
}

}  // namespace ringsim::consumer
