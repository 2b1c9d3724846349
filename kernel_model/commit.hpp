// bpf_ringbuf_commit(), its callers submit and discard, and bpf_ringbuf_output(), Linux 6.12.
#pragma once

#include <cerrno>

#include "kernel_model/reserve.hpp"

namespace ringsim::kernel {

// Commits the record whose header is at `hdr`, and wakes the consumer if it has caught up with just
// this record. Kernel: bpf_ringbuf_commit().
template <ring_memory M>
void bpf_ringbuf_commit(M& rb, typename M::ulong hdr, std::uint64_t flags, bool discard) {
    using ulong = typename M::ulong;
    // Pairs with the store of pg_off in __bpf_ringbuf_reserve(), in the same thread. The kernel
    // finds the ring through it; here the ring is known.
    (void)rb.load_pg_off(site::commit_load_pg_off, hdr);

    // Pairs with the store of the header in __bpf_ringbuf_reserve(), in the same thread.
    std::uint32_t new_len = rb.load_header(site::commit_load_header, hdr) ^ BPF_RINGBUF_BUSY_BIT;
    if (discard) new_len |= BPF_RINGBUF_DISCARD_BIT;

    // Not in the kernel: smp_wmb(), as proposed in October 2024. Pairs with the load of the header
    // in ringbuf_process_ring(): payload before length, which xchg() below orders anyway.
    rb.fence(site::commit_write_barrier);
    // Pairs with smp_load_acquire(hdr) in ringbuf_process_ring(): payload before length. Its full
    // barrier also orders the commit before the load of consumer_pos: the consumer stores
    // consumer_pos and then looks at the header again, so each must see the other's store or the
    // record is left without a wakeup.
    rb.exchange_header(site::commit_xchg_header, hdr, new_len);

    // Pairs with smp_store_release(consumer_pos) in ringbuf_process_ring(): if the consumer has
    // caught up with this record it may be asleep.
    const ulong cons_pos =
        static_cast<ulong>(rb.load_consumer_pos(site::commit_load_consumer_pos) & rb.mask());
    const ulong rec_pos = static_cast<ulong>(hdr & rb.mask());

    if (flags & BPF_RB_FORCE_WAKEUP) {
        // Pairs with the wait in epoll_wait(): the woken consumer sees what was committed before.
        rb.set_notify(site::notify_set);
        return;
    }
    if (flags & BPF_RB_NO_WAKEUP) return;
    rb.branch(dependency::commit_wakeup_check);
    // Pairs with the same.
    if (cons_pos == rec_pos) rb.set_notify(site::notify_set);
}

template <ring_memory M>
void bpf_ringbuf_submit(M& rb, typename M::ulong hdr, std::uint64_t flags) {
    bpf_ringbuf_commit(rb, hdr, flags, /*discard=*/false);
}

template <ring_memory M>
void bpf_ringbuf_discard(M& rb, typename M::ulong hdr, std::uint64_t flags) {
    bpf_ringbuf_commit(rb, hdr, flags, /*discard=*/true);
}

// Reserves, lets `copy` fill the payload at the record's position, commits. Returns 0, -EINVAL on
// unknown flags, -EAGAIN if there is no room. Kernel: bpf_ringbuf_output().
template <ring_memory M, class Copy>
int bpf_ringbuf_output(M& rb, std::uint64_t size, std::uint64_t flags, Copy&& copy) {
    if (flags & ~(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP)) return -EINVAL;
    const auto rec = __bpf_ringbuf_reserve(rb, size);
    if (!rec) return -EAGAIN;
    copy(*rec);
    bpf_ringbuf_commit(rb, *rec, flags, /*discard=*/false);
    return 0;
}

}  // namespace ringsim::kernel
