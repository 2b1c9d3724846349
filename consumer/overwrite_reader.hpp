// Readers of a ring in overwrite mode. libbpf has none.
//
// ringbuf_process_overwrite_ring() is the one that was proposed for it (bpf list, August 2025):
// copy all that is there, and copy again if producer_pos says that the producer may have written
// over it meanwhile. overwrite_read_one() is nobody's proposal and stands beside it for comparison:
// one record at a time, its header by an acquire load, and overwrite_pos for the second look.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

template <class M>
concept overwritten_memory =
    ring_memory<M> && requires(M& m, site s, typename M::ulong pos, std::uint64_t mark,
                               const typename M::window_copy& window, std::uint32_t len) {
        { m.mask() } -> std::same_as<typename M::ulong>;
        { m.load_overwrite_pos(s) } -> std::same_as<typename M::ulong>;
        // memcpy() of so many bytes of ring from a position on, a word after the other; and the
        // header and the payload of a record in the copy, that many bytes from its begin.
        { m.copy_window(s, pos, pos) } -> std::same_as<typename M::window_copy>;
        { window.header(pos) } -> std::same_as<std::uint32_t>;
        { window.payload(pos, len) } -> std::same_as<typename M::copied_payload>;
        // Around an attempt that is repeated until a producer does something.
        { m.spin_mark() } -> std::same_as<std::uint64_t>;
        { m.cpu_relax(mark) } -> std::same_as<void>;
    };

// Consumes what is committed, at most `n` records, as ringbuf_process_ring() does.
template <overwritten_memory M, class F>
std::int64_t ringbuf_process_overwrite_ring(M& r, std::uint64_t n, F&& sample_cb) {
    using ulong = typename M::ulong;
    std::int64_t cnt = 0;
    bool got_new_data = false;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    const auto done = [&] {
        // Pairs with smp_load_acquire(&rb->consumer_pos) in bpf_ringbuf_commit().
        r.store_consumer_pos(site::consumer_store_consumer_pos, cons_pos);
        return cnt;
    };
    do {
        got_new_data = false;
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve(): the
        // overwrite_pos below is at least that one's, so that no more is copied than a ring.
        ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        ulong tmp_pos = 0;
        typename M::window_copy copy{};
        ulong size = 0;
        for (;;) {
            const std::uint64_t mark = r.spin_mark();
            const ulong before = prod_pos;
            // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
            const ulong over_pos = r.load_overwrite_pos(site::overwrite_reader_load_overwrite_pos);
            const bool copied = over_pos < prod_pos;  // producer_pos may be an old one by now
            if (copied) {
                tmp_pos = std::max(cons_pos, over_pos);
                size = static_cast<ulong>(prod_pos - tmp_pos);
                if (size == 0) return done();
                // Pairs with the program's stores, if anything does: headers and payload alike.
                copy = r.copy_window(site::overwrite_reader_copy, tmp_pos, size);
            }
            // Not in the proposal. Pairs with the fence that reserve does not have: whoever copied
            // a byte of a newer record sees the producer_pos that was stored before.
            r.fence(site::overwrite_reader_fence);
            // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
            prod_pos = r.load_producer_pos(site::overwrite_reader_recheck_producer_pos);
            r.branch(dependency::overwrite_reader_recheck);
            if (copied && static_cast<ulong>(prod_pos - tmp_pos) <= r.mask()) break;
            if (prod_pos == before) r.cpu_relax(mark);
        }
        cons_pos = tmp_pos;
        std::uint32_t len = 0;
        for (ulong offset = 0; offset < size;
             offset = static_cast<ulong>(offset + record_size(len))) {
            len = copy.header(offset);
            if (len & BPF_RINGBUF_BUSY_BIT) return done();
            got_new_data = true;
            cons_pos = static_cast<ulong>(cons_pos + record_size(len));
            if (!(len & BPF_RINGBUF_DISCARD_BIT)) {
                const std::int64_t err = sample_cb(copy.payload(offset, len));
                if (err < 0) {
                    (void)done();
                    return err;
                }
                ++cnt;
            }
            if (static_cast<std::uint64_t>(cnt) >= n) return done();
        }
    } while (got_new_data);
    return done();
}

// Consumes at most one record. Returns 1, or 0 if there is none, or if the one that was read turned
// out to be overwritten.
template <overwritten_memory M, class F>
std::int64_t overwrite_read_one(M& r, F&& sample_cb) {
    using ulong = typename M::ulong;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
    const ulong over_pos = r.load_overwrite_pos(site::overwrite_reader_load_overwrite_pos);
    if (cons_pos < over_pos) cons_pos = over_pos;
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    const ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
    r.branch(dependency::consumer_empty_check);
    if (cons_pos >= prod_pos) return 0;
    // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit().
    const std::uint32_t len = r.load_header(site::consumer_load_header, cons_pos);
    r.branch(dependency::consumer_busy_check);
    if (len & BPF_RINGBUF_BUSY_BIT) return 0;

    // Pairs with the program's stores, through the header.
    const auto copy = r.copy_window(site::overwrite_reader_copy, cons_pos, record_size(len));

    // Pairs with the fence that reserve does not have: whoever sees a byte of the new record also
    // sees that the old one is gone.
    r.fence(site::overwrite_reader_fence);
    // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
    const bool gone = r.load_overwrite_pos(site::overwrite_reader_recheck_overwrite_pos) > cons_pos;
    r.branch(dependency::overwrite_reader_recheck);
    if (gone) return 0;
    sample_cb(copy.payload(0, len));
    // Pairs with smp_load_acquire(&rb->consumer_pos) in bpf_ringbuf_commit().
    r.store_consumer_pos(site::consumer_store_consumer_pos,
                         static_cast<ulong>(cons_pos + record_size(len)));
    return 1;
}

struct overwrite_consumer {
    static constexpr consumer_info info{
        .name = "overwrite",
        .function = "ringbuf_process_overwrite_ring",
        .file = "consumer/overwrite_reader.hpp",
        .summary = "the reader proposed for overwrite mode: copies all, looks",
        .own_site = site::overwrite_reader_recheck_producer_pos,
        .reads_overwritten = true};
    using state = no_state;
    template <overwritten_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return ringbuf_process_overwrite_ring(r, n, sample_cb);
    }
};

struct overwrite_one_consumer {
    static constexpr consumer_info info{
        .name = "overwrite-one",
        .function = "overwrite_read_one",
        .file = "consumer/overwrite_reader.hpp",
        .summary = "not proposed: one record, looks at overwrite_pos",
        .own_site = site::overwrite_reader_recheck_overwrite_pos,
        .reads_overwritten = true};
    using state = no_state;
    template <overwritten_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t, F&& sample_cb) {
        return overwrite_read_one(r, sample_cb);
    }
};

}  // namespace ringsim::consumer
