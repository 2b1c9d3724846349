// ebpf-for-windows: ebpf_ring_buffer_reserve() since February 2025 (pull request 4204), which takes
// no lock: a compare-exchange serializes the producers.
//
// Left out: the first look that saves raising the IRQL where there is no room, and the page offset
// in the header, which no consumer reads.
#pragma once

#include <optional>

#include "kernel_model/ring_memory.hpp"

namespace ringsim::kernel {

template <class M>
concept windows_memory = ring_memory<M> && requires(M& m, site s, typename M::ulong pos) {
    { m.load_reserve_offset(s) } -> std::same_as<typename M::ulong>;
    // Compare-exchanges: true if the word held the first position, and holds the second now.
    { m.advance_reserve_offset(s, pos, pos) } -> std::same_as<bool>;
    { m.advance_producer_pos(s, pos, pos) } -> std::same_as<bool>;
    { m.spin_mark() } -> std::same_as<std::uint64_t>;
    { m.cpu_relax(std::uint64_t{}) } -> std::same_as<void>;
};

// What the consumer is shown of a reservation.
enum class published : std::uint8_t {
    in_turn,  // producer_offset follows once the record, and all before it, are locked
    at_once,  // one offset: the compare-exchange that reserves shows the record too. Nobody's.
};

template <windows_memory M>
typename M::ulong next_offset(M& rb, published how) {
    // Pairs with the compare-exchange of another producer; a stale value only costs a retry.
    return how == published::in_turn ? rb.load_reserve_offset(site::windows_load_reserve_offset)
                                     : rb.load_producer_pos(site::windows_load_reserve_offset);
}

template <windows_memory M>
bool take_space(M& rb, published how, typename M::ulong from, typename M::ulong to) {
    // Pairs with the same of another producer: each offset is taken once.
    return how == published::in_turn
               ? rb.advance_reserve_offset(site::windows_cas_reserve_offset, from, to)
               : rb.advance_producer_pos(site::windows_cas_reserve_offset, from, to);
}

// Shows the record to the consumer, behind those that were reserved before it.
template <windows_memory M>
void publish_in_turn(M& rb, typename M::ulong offset, typename M::ulong end) {
    for (;;) {
        const std::uint64_t mark = rb.spin_mark();
        // Pairs with the store below of the producer before: its header, and those in front of it,
        // are locked.
        const bool turn = rb.load_producer_pos(site::windows_load_producer_offset) == offset;
        rb.branch(dependency::windows_turn_check);
        if (turn) break;
        rb.cpu_relax(mark);
    }
    // Pairs with the consumer's acquire of producer_pos: the header is locked by then.
    rb.store_producer_pos(site::windows_store_producer_offset, end);
}

// Returns the position of the record's header, or nothing if there is no room. Unlike Linux it
// fills the ring to the last byte.
template <windows_memory M>
std::optional<typename M::ulong> ebpf_ring_buffer_reserve(M& rb, std::uint32_t size,
                                                          published how) {
    using ulong = typename M::ulong;
    const std::uint64_t capacity = std::uint64_t{rb.mask()} + 1;
    const std::uint32_t total = record_size(size);
    if (total > capacity || size == 0) return std::nullopt;
    for (;;) {
        // Pairs with the consumer's store. An old value is a smaller one, and at worst there seems
        // to be no room.
        const ulong consumer_offset = rb.load_consumer_pos(site::windows_load_consumer_offset);
        const ulong offset = next_offset(rb, how);
        const auto end = static_cast<ulong>(offset + total);
        rb.branch(dependency::windows_full_check);
        if (static_cast<ulong>(end - consumer_offset) > capacity) return std::nullopt;
        const bool taken = take_space(rb, how, offset, end);
        rb.branch(dependency::windows_taken_check);
        if (!taken) continue;
        // Pairs with the consumer's load of the header, through producer_pos.
        rb.store_header(site::windows_store_header, offset, size | BPF_RINGBUF_BUSY_BIT);
        if (how == published::in_turn) publish_in_turn(rb, offset, end);
        return offset;
    }
}

}  // namespace ringsim::kernel
