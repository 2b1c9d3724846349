// The producer of the user ring buffer: user_ring_buffer__reserve(), __submit() and __discard() of
// libbpf (tools/lib/bpf/ringbuf.c, Linux 6.12). One thread at a time; libbpf takes no lock.
#pragma once

#include <cerrno>
#include <concepts>
#include <cstdint>

#include "kernel_model/dependency.hpp"
#include "kernel_model/site.hpp"
#include "kernel_model/uapi.hpp"

namespace ringsim::consumer {

template <class M>
concept user_producer_memory =
    std::unsigned_integral<typename M::ulong> &&
    requires(M& m, site s, typename M::ulong pos, std::uint32_t v, dependency d) {
        { m.mask() } -> std::same_as<typename M::ulong>;
        { m.load_consumer_pos(s) } -> std::same_as<typename M::ulong>;
        { m.load_producer_pos(s) } -> std::same_as<typename M::ulong>;
        { m.store_producer_pos(s, pos) } -> std::same_as<void>;
        { m.load_header(s, pos) } -> std::same_as<std::uint32_t>;
        { m.store_header(s, pos, v) } -> std::same_as<void>;
        { m.store_pad(s, pos, v) } -> std::same_as<void>;
        { m.exchange_header(s, pos, v) } -> std::same_as<void>;
        { m.branch(d) } -> std::same_as<void>;
    };

template <class Position>
struct user_reservation {
    int error = 0;  // ENOSPC, E2BIG
    Position pos = 0;
};

template <user_producer_memory M>
user_reservation<typename M::ulong> user_ring_buffer__reserve(M& rb, std::uint32_t size) {
    using ulong = typename M::ulong;
    if (size & (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) return {E2BIG};
    // Pairs with smp_store_release(consumer_pos) in the drain: the sample is read before its space
    // is used again.
    const ulong cons_pos = rb.load_consumer_pos(site::user_producer_load_consumer_pos);
    // Pairs with nothing: this thread is the only writer.
    const ulong prod_pos = rb.load_producer_pos(site::user_producer_load_producer_pos);

    const std::uint64_t max_size = std::uint64_t{rb.mask()} + 1;
    const std::uint64_t avail_size = max_size - static_cast<ulong>(prod_pos - cons_pos);
    const std::uint32_t total_size = record_size(size);
    if (total_size > max_size) return {E2BIG};
    rb.branch(dependency::user_producer_full_check);
    if (avail_size < total_size) return {ENOSPC};

    // Pairs with smp_load_acquire(hdr) in __bpf_user_ringbuf_peek(), through producer_pos below.
    rb.store_header(site::user_producer_store_header, prod_pos, size | BPF_RINGBUF_BUSY_BIT);
    // Pairs with nothing: hdr->pad, which nobody reads.
    rb.store_pad(site::user_producer_store_pad, prod_pos, 0);
    // Pairs with smp_load_acquire(producer_pos) in __bpf_user_ringbuf_peek().
    rb.store_producer_pos(site::user_producer_store_producer_pos,
                          static_cast<ulong>(prod_pos + total_size));
    return {0, prod_pos};
}

// user_ring_buffer__reserve_blocking() with a timeout of -1. `reserve()` tries once and is false if
// there is no room; `wait()` sleeps until there may be some. It waits once, and not for ever: its
// loop goes on while time is left, and -1 is less than none.
template <class Reserve, class Wait>
auto user_ring_buffer__reserve_blocking(Reserve&& reserve, Wait&& wait) {
    if (const auto r = reserve()) return r;
    wait();
    return reserve();
}

template <user_producer_memory M>
void user_ringbuf_commit(M& rb, typename M::ulong pos, bool discard) {
    // Pairs with the store of the header in user_ring_buffer__reserve(), in the same thread.
    std::uint32_t new_len =
        rb.load_header(site::user_producer_load_header, pos) & ~BPF_RINGBUF_BUSY_BIT;
    if (discard) new_len |= BPF_RINGBUF_DISCARD_BIT;
    // Pairs with smp_load_acquire(hdr) in __bpf_user_ringbuf_peek(): payload before length.
    rb.exchange_header(site::user_producer_xchg_header, pos, new_len);
}

}  // namespace ringsim::consumer
