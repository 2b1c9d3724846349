// ringbuf_process_ring() of libbpf (tools/lib/bpf/ringbuf.c, Linux 6.12), over any memory.
#pragma once

#include <climits>
#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// How two positions are compared. Of free-running counters, less_than is wrong once producer_pos
// has wrapped and consumer_pos has not: on 32 bits, behind four gigabytes.
enum class position_order : std::uint8_t {
    less_than,  // while (cons_pos < prod_pos)
    distance,   // while (prod_pos - cons_pos > 0), Linux 7.3
};

// What a BUSY record ends.
enum class busy_record : std::uint8_t {
    ends_the_call,  // goto done
    // The inner loop only: with reload_fence, whoever consumed something looks once more behind the
    // fence. Nobody's.
    ends_the_pass,
};

// Consumes what is committed, in order, at most `n` records. `sample_cb(payload)` is called for
// each record that was not discarded; a negative result stops at once, after the record is given
// back. Returns the number of samples, or that negative result. libbpf: ringbuf_process_ring().
template <ring_memory M, class F>
std::int64_t ringbuf_process_ring(M& r, std::uint64_t n, F&& sample_cb,
                                  position_order compare = position_order::less_than,
                                  busy_record busy = busy_record::ends_the_call) {
    using ulong = typename M::ulong;
    const auto before = [compare](ulong a, ulong b) {
        return compare == position_order::less_than ? a < b : static_cast<ulong>(b - a) > 0;
    };
    std::int64_t cnt = 0;
    bool got_new_data = false;

    // Pairs with nothing: this thread is the only writer of consumer_pos.
    ulong cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
    // Pairs with nothing. Here and below: except on x86, GitHub's libbpf builds acquire and release
    // out of fences.
    r.fence(site::consumer_fence_after_consumer_pos);
    do {
        got_new_data = false;
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve(): the header of
        // every record below producer_pos is written before it is read here.
        const ulong prod_pos = r.load_producer_pos(site::consumer_load_producer_pos);
        // Pairs with the same.
        r.fence(site::consumer_fence_after_producer_pos);
        r.branch(dependency::consumer_empty_check);
        while (before(cons_pos, prod_pos)) {
            // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length.
            const std::uint32_t len = r.load_header(site::consumer_load_header, cons_pos);
            // Pairs with the same.
            r.fence(site::consumer_fence_after_header);
            r.branch(dependency::consumer_busy_check);
            // Not committed yet: everything behind it waits.
            if (len & BPF_RINGBUF_BUSY_BIT) {
                if (busy == busy_record::ends_the_call) return cnt;
                break;
            }

            got_new_data = true;
            const ulong rec_pos = cons_pos;
            cons_pos = static_cast<ulong>(cons_pos + record_size(len));

            std::int64_t err = 0;
            if (!(len & BPF_RINGBUF_DISCARD_BIT)) {
                // Pairs with the program's stores to the payload, through the header.
                err = sample_cb(r.payload(site::consumer_load_payload, rec_pos, len));
                if (err >= 0) ++cnt;
            }

            // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve(): the
            // payload is read before its space is used again; and with the one in
            // bpf_ringbuf_commit(), which decides whether to wake this thread.
            r.fence(site::consumer_fence_before_store);
            // Pairs with the same.
            r.store_consumer_pos(site::consumer_store_consumer_pos, cons_pos);
            // Not in libbpf. Pairs with the full barrier of xchg(&hdr->len): consumer_pos is
            // visible before this thread looks at producer_pos and the next header again.
            r.fence(site::consumer_recheck_fence);

            if (err < 0 || static_cast<std::uint64_t>(cnt) >= n) {
                // Not in libbpf. Pairs with the same, for the look of the call to come.
                r.fence(site::consumer_return_fence);
                return err < 0 ? err : cnt;
            }
        }
        // Not in libbpf. Pairs with the same, once for all that was consumed in this pass.
        if (got_new_data) r.fence(site::consumer_reload_fence);
    } while (got_new_data);
    return cnt;
}

struct libbpf_consumer {
    static constexpr consumer_info info{"libbpf", "ringbuf_process_ring",
                                        "consumer/process_ring.hpp",
                                        "ringbuf_process_ring() of libbpf"};
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return ringbuf_process_ring(r, n, sample_cb);
    }
};

struct libbpf_7_3_consumer {
    static constexpr consumer_info info{"libbpf-7.3", "ringbuf_process_ring",
                                        "consumer/process_ring.hpp",
                                        "the same, positions compared by their distance"};
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return ringbuf_process_ring(r, n, sample_cb, position_order::distance);
    }
};

struct libbpf_2026_busy_consumer {
    static constexpr consumer_info info{"libbpf-2026-busy", "ringbuf_process_ring",
                                        "consumer/process_ring.hpp",
                                        "libbpf's, and a BUSY record ends a pass of the loop only"};
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return ringbuf_process_ring(r, n, sample_cb, position_order::less_than,
                                    busy_record::ends_the_pass);
    }
};

// Nobody's, and beside libbpf's for comparison.
struct first_event_consumer {
    static constexpr consumer_info info{
        .name = "first-event",
        .function = "ringbuf_process_ring",
        .file = "consumer/process_ring.hpp",
        .summary = "libbpf's, for the first only of the rings that epoll reports at a time",
        .first_event_alone = true};
    using state = no_state;
    template <ring_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return ringbuf_process_ring(r, n, sample_cb);
    }
};

}  // namespace ringsim::consumer
