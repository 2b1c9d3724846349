// __bpf_ringbuf_reserve() of kernel/bpf/ringbuf.c, Linux 5.8 to 7.3; the comments follow 6.12.
#pragma once

#include <cerrno>
#include <optional>

#include "kernel_model/ring_memory.hpp"

namespace ringsim::kernel {

// RINGBUF_MAX_RECORD_SZ: a length must leave the two header bits free.
inline constexpr std::uint64_t RINGBUF_MAX_RECORD_SZ = UINT32_MAX / 4;

// Pages of struct bpf_ringbuf before consumer_pos (RINGBUF_PGOFF), and those of the two positions
// (RINGBUF_POS_PAGES); the data follows.
inline constexpr std::uint32_t RINGBUF_PGOFF = 1;
inline constexpr std::uint32_t RINGBUF_POS_PAGES = 2;
inline constexpr std::uint32_t page_size = 4096;

// bpf_ringbuf_rec_pg_off(): pages from the start of struct bpf_ringbuf to the record's header.
constexpr std::uint32_t bpf_ringbuf_rec_pg_off(std::uint64_t rec_off) {
    return RINGBUF_PGOFF + RINGBUF_POS_PAGES + static_cast<std::uint32_t>(rec_off / page_size);
}

// Advances over committed records from pending_pos to the oldest one that is still BUSY.
template <ring_memory M>
typename M::ulong oldest_pending_pos(M& rb, typename M::ulong pend_pos,
                                     typename M::ulong prod_pos) {
    using ulong = typename M::ulong;
    // The comparison goes wrong when one of the two has wrapped; the distance does not.
    const auto behind = [&] {
        return rb.has().pending == pending_walk::less_than
                   ? pend_pos < prod_pos
                   : static_cast<ulong>(prod_pos - pend_pos) > 0;
    };
    for (;;) {
        rb.branch(dependency::reserve_walk_check);
        if (!behind()) break;
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit() of another producer: once its record
        // is seen committed, the walk may leave it behind. The branch orders the later stores.
        const std::uint32_t hdr_len = rb.load_header(site::reserve_load_pending_header, pend_pos);
        // No barrier: this control dependency is all that keeps the new record's stores behind it.
        rb.branch(dependency::reserve_busy_check);
        if (hdr_len & BPF_RINGBUF_BUSY_BIT) break;
        pend_pos = static_cast<ulong>(pend_pos + record_size(hdr_len));
    }
    return pend_pos;
}

// Takes the lock, or says that it cannot be had: spin_lock_irqsave(), which in an NMI is a trylock
// and fails whoever holds the lock; since 6.15 raw_res_spin_lock_irqsave(), which waits for other
// CPUs and notices that its own holds the lock. That it also gives up on two CPUs that wait for
// each other's locks, and after a quarter of a second, is left out: a ring has one lock, and no
// time.
template <ring_memory M>
bool lock_ring(M& rb) {
    const bool resilient = rb.has().lock == lock_kind::rqspinlock;
    if (resilient && rb.holds_lock()) return false;
    // Pairs with the unlock of the producer before: one at a time from here on.
    if (!resilient && rb.in_nmi()) return rb.try_lock(site::reserve_lock);
    // Pairs with the same.
    rb.lock(site::reserve_lock);
    return true;
}

// bpf_ringbuf_has_space(). In overwrite mode the consumer does not matter.
template <ring_memory M>
bool bpf_ringbuf_has_space(M& rb, typename M::ulong new_prod_pos, typename M::ulong cons_pos,
                           typename M::ulong pend_pos) {
    using ulong = typename M::ulong;
    // Keeps a record, whatever userspace wrote to consumer_pos, off the oldest one that is not
    // committed yet.
    if (rb.has().pending != pending_walk::none) {
        rb.branch(dependency::reserve_pending_check);
        if (static_cast<ulong>(new_prod_pos - pend_pos) > rb.mask()) return false;
    }
    if (rb.overwrite_mode()) return true;
    // Keeps the records of honest consumers.
    rb.branch(dependency::reserve_full_check);
    return static_cast<ulong>(new_prod_pos - cons_pos) <= rb.mask();
}

// Overwrite mode: moves overwrite_pos over the records that the new one will lie on.
template <ring_memory M>
void make_room(M& rb, typename M::ulong new_prod_pos) {
    using ulong = typename M::ulong;
    // Pairs with nothing: overwrite_pos is written under the lock only.
    ulong over_pos = rb.load_overwrite_pos(site::reserve_load_overwrite_pos);
    for (;;) {
        rb.branch(dependency::reserve_overwrite_check);
        if (static_cast<ulong>(new_prod_pos - over_pos) <= rb.mask()) break;
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): a record that is overwritten is
        // committed.
        const std::uint32_t hdr_len =
            rb.load_header(site::reserve_load_overwritten_header, over_pos);
        over_pos = static_cast<ulong>(over_pos + record_size(hdr_len));
    }
    // Pairs with the look of a reader at overwrite_pos. No barrier upstream stands behind it: the
    // new header may be seen before overwrite_pos is.
    rb.store_overwrite_pos(site::reserve_store_overwrite_pos, over_pos);
    // Pairs with the reader's fence, where there is one.
    rb.fence(site::reserve_overwrite_fence);
}

// Reserves `size` payload bytes. Returns the position of the record's header, or nothing if the
// ring is full or the record can never fit. Kernel: __bpf_ringbuf_reserve().
template <ring_memory M>
std::optional<typename M::ulong> __bpf_ringbuf_reserve(M& rb, std::uint64_t size) {
    using ulong = typename M::ulong;
    if (size > RINGBUF_MAX_RECORD_SZ) return std::nullopt;
    const std::uint32_t len = record_size(static_cast<std::uint32_t>(size));
    if (rb.has().length_check && len > std::uint64_t{rb.mask()} + 1) return std::nullopt;

    // Pairs with smp_store_release(consumer_pos) in ringbuf_process_ring(): the consumer's reads of
    // the old payload finish before this producer writes over it.
    const ulong cons_pos = rb.load_consumer_pos(site::reserve_load_consumer_pos);

    if (!lock_ring(rb)) return std::nullopt;

    const bool has_pending = rb.has().pending != pending_walk::none;
    ulong pend_pos = 0;
    // Pairs with nothing: pending_pos is read and written under the lock only.
    if (has_pending) pend_pos = rb.load_pending_pos(site::reserve_load_pending_pos);
    // Pairs with nothing: producer_pos is written under the lock only.
    const ulong prod_pos = rb.load_producer_pos(site::reserve_load_producer_pos);
    const ulong new_prod_pos = static_cast<ulong>(prod_pos + len);

    if (has_pending) {
        pend_pos = oldest_pending_pos(rb, pend_pos, prod_pos);
        // Pairs with nothing: pending_pos is read and written under the lock only.
        rb.store_pending_pos(site::reserve_store_pending_pos, pend_pos);
    }

    if (!bpf_ringbuf_has_space(rb, new_prod_pos, cons_pos, pend_pos)) {
        // Pairs with the lock of the next producer.
        rb.unlock(site::reserve_unlock);
        return std::nullopt;
    }

    if (rb.overwrite_mode()) make_room(rb, new_prod_pos);

    // Pairs with smp_load_acquire(hdr) in ringbuf_process_ring(), through producer_pos below.
    rb.store_header(site::reserve_store_header, prod_pos,
                    static_cast<std::uint32_t>(size) | BPF_RINGBUF_BUSY_BIT);
    // Pairs with the load of pg_off in bpf_ringbuf_restore_from_rec(), in the same thread.
    rb.store_pg_off(site::reserve_store_pg_off, prod_pos,
                    bpf_ringbuf_rec_pg_off(prod_pos & rb.mask()));

    // Pairs with smp_load_acquire(producer_pos) in ringbuf_process_ring(): whoever sees the record
    // also sees its header, with BUSY set.
    rb.store_producer_pos(site::reserve_store_producer_pos, new_prod_pos);
    // Pairs with the reader's fence, where there is one. Not upstream: the payload that the program
    // is about to write may be seen before this producer_pos is.
    if (rb.overwrite_mode()) rb.fence(site::reserve_publish_fence);

    // Pairs with the lock of the next producer.
    rb.unlock(site::reserve_unlock);
    return prod_pos;
}

// bpf_ringbuf_reserve(): no flag is defined, and any is refused.
template <ring_memory M>
std::optional<typename M::ulong> bpf_ringbuf_reserve(M& rb, std::uint64_t size,
                                                     std::uint64_t flags) {
    if (flags != 0) return std::nullopt;
    return __bpf_ringbuf_reserve(rb, size);
}

// DYNPTR_MAX_SIZE
inline constexpr std::uint32_t DYNPTR_MAX_SIZE = (1u << 24) - 1;

// bpf_ringbuf_reserve_dynptr(), since 5.19, whose size is known at run time. Returns 0 and sets
// `rec`, or returns -EINVAL, be it for a flag or for want of room, or -E2BIG.
template <ring_memory M>
int bpf_ringbuf_reserve_dynptr(M& rb, std::uint32_t size, std::uint64_t flags,
                               std::optional<typename M::ulong>& rec) {
    rec.reset();
    if (flags != 0) return -EINVAL;
    if (size > DYNPTR_MAX_SIZE) return -E2BIG;
    rec = __bpf_ringbuf_reserve(rb, size);
    return rec ? 0 : -EINVAL;
}

}  // namespace ringsim::kernel
