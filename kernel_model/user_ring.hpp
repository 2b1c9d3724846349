// The user ring buffer, in which userspace produces and the kernel consumes: kernel/bpf/ringbuf.c,
// bpf_user_ringbuf_drain(), Linux 6.1 to 7.3.
#pragma once

#include <cerrno>
#include <concepts>
#include <cstdint>

#include "kernel_model/reserve.hpp"

namespace ringsim::kernel {

inline constexpr std::uint32_t BPF_MAX_USER_RINGBUF_SAMPLES = 128 * 1024;

template <class M>
concept user_ring_memory = std::unsigned_integral<typename M::ulong> &&
                           requires(M& m, site s, typename M::ulong pos, dependency d) {
                               { m.mask() } -> std::same_as<typename M::ulong>;
                               { m.has() } -> std::same_as<const features&>;
                               { m.load_consumer_pos(s) } -> std::same_as<typename M::ulong>;
                               { m.store_consumer_pos(s, pos) } -> std::same_as<void>;
                               { m.load_producer_pos(s) } -> std::same_as<typename M::ulong>;
                               { m.load_header(s, pos) } -> std::same_as<std::uint32_t>;
                               // atomic_try_cmpxchg(&busy, 0, 1)
                               { m.try_busy(s) } -> std::same_as<bool>;
                               { m.clear_busy(s) } -> std::same_as<void>;
                               { m.fence(s) } -> std::same_as<void>;
                               { m.branch(d) } -> std::same_as<void>;
                               { m.set_notify(s) } -> std::same_as<void>;
                           };

// A sample that the drain may look at, or why there is none.
template <class Position>
struct peeked {
    int error = 0;  // -EINVAL, -ENODATA, -E2BIG, -EAGAIN: discarded, and already given back
    Position pos = 0;
    std::uint32_t len = 0;
};

// __bpf_user_ringbuf_peek(). No error but -EAGAIN moves consumer_pos: a malformed header stays
// where it is, and nothing behind it is ever seen.
template <user_ring_memory M>
peeked<typename M::ulong> __bpf_user_ringbuf_peek(M& rb) {
    using ulong = typename M::ulong;
    // Pairs with smp_store_release(producer_pos) in user_ring_buffer__reserve().
    const ulong prod_pos = rb.load_producer_pos(site::drain_load_producer_pos);
    if (prod_pos % 8) return {-EINVAL};
    // Pairs with smp_store_release(consumer_pos) of the sample before, of another drain perhaps.
    const ulong cons_pos = rb.load_consumer_pos(site::drain_load_consumer_pos);
    rb.branch(dependency::drain_empty_check);
    // Compared as numbers, to this day: wrong once producer_pos has wrapped.
    if (cons_pos >= prod_pos) return {-ENODATA};

    // Pairs with the exchange of the header in user_ringbuf_commit(): payload before length.
    const std::uint32_t hdr_len = rb.load_header(site::drain_load_header, cons_pos);
    rb.branch(dependency::drain_header_check);
    const std::uint32_t flags = hdr_len & (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    const std::uint32_t sample_len = hdr_len & ~flags;
    const std::uint64_t total_len = (std::uint64_t{sample_len} + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
    if (total_len > static_cast<ulong>(prod_pos - cons_pos)) return {-EINVAL};
    if (total_len > std::uint64_t{rb.mask()} + 1) return {-E2BIG};
    if (sample_len > DYNPTR_MAX_SIZE) return {-E2BIG};  // bpf_dynptr_check_size()

    // DISCARD is looked at first: a record that is both is skipped while it is written.
    if (flags & BPF_RINGBUF_DISCARD_BIT) {
        // Pairs with smp_load_acquire(consumer_pos) in user_ring_buffer__reserve().
        rb.store_consumer_pos(site::drain_store_consumer_pos,
                              static_cast<ulong>(cons_pos + total_len));
        return {-EAGAIN};
    }
    if (flags & BPF_RINGBUF_BUSY_BIT) return {-ENODATA};
    return {0, cons_pos, sample_len};
}

// __bpf_user_ringbuf_sample_release()
template <user_ring_memory M>
void __bpf_user_ringbuf_sample_release(M& rb, std::uint32_t size) {
    using ulong = typename M::ulong;
    // Pairs with nothing: whoever holds the busy flag is the only writer of consumer_pos.
    const ulong cons_pos = rb.load_consumer_pos(site::drain_reload_consumer_pos);
    // Pairs with smp_load_acquire(consumer_pos) in user_ring_buffer__reserve(): the sample is read
    // before its space is used again.
    rb.store_consumer_pos(site::drain_store_consumer_pos,
                          static_cast<ulong>(cons_pos + record_size(size)));
}

// The end of a drain: the next one sees what this one did.
template <user_ring_memory M>
void end_busy(M& rb) {
    if (!rb.has().drain_ends_full) {
        // Pairs with atomic_try_cmpxchg(&busy) of the next drain.
        rb.clear_busy(site::drain_clear_busy);
        return;
    }
    // Pairs with the same. smp_mb__before_atomic(): where it is no full barrier (x86-64), stores
    // stay in order without it. The kernel's memory model promises nothing of it in front of an
    // atomic_set(), which is no read-modify-write; that is why Linux 6.10 has the release above.
    rb.fence(site::drain_reset_barrier);
    // Pairs with the same: atomic_set(&busy, 0).
    rb.clear_busy(site::drain_reset_busy);
}

// bpf_user_ringbuf_drain(): calls back for each sample, until a callback returns something else
// than 0; returns how many samples it showed, or an error.
template <user_ring_memory M, class F>
std::int64_t bpf_user_ringbuf_drain(M& rb, std::uint64_t flags, F&& callback) {
    using ulong = typename M::ulong;
    if (flags & ~(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP)) return -EINVAL;
    // Pairs with the end of the drain before: one at a time.
    const bool taken = rb.try_busy(site::drain_set_busy);
    rb.branch(dependency::drain_taken_check);
    if (!taken) return -EBUSY;

    // Discarded samples count among `samples` too: they free space, which is worth a wakeup.
    std::int64_t samples = 0;
    std::int64_t discarded_samples = 0;
    std::int64_t error = 0;
    std::int64_t stop = 0;
    for (; samples < BPF_MAX_USER_RINGBUF_SAMPLES && stop == 0; ++samples) {
        const peeked<ulong> sample = __bpf_user_ringbuf_peek(rb);
        if (sample.error == -EAGAIN) {
            ++discarded_samples;
            continue;
        }
        if (sample.error == -ENODATA) break;
        error = sample.error;
        if (error != 0) break;
        stop = callback(sample.pos, sample.len);
        __bpf_user_ringbuf_sample_release(rb, sample.len);
    }
    end_busy(rb);

    // Pairs with the wait of a producer that found no room.
    if ((flags & BPF_RB_FORCE_WAKEUP) || (samples > 0 && !(flags & BPF_RB_NO_WAKEUP)))
        rb.set_notify(site::notify_set);
    return error != 0 ? error : samples - discarded_samples;
}

}  // namespace ringsim::kernel
