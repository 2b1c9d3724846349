// cilium/ebpf's reader up to version 0.11 (ringbuf/ring.go, reader.go): it keeps no position of its
// own, looks at producer_pos for the header and again for the data, starts over at a BUSY record,
// and waits before it looks.
#pragma once

#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// What a Reader keeps.
struct cilium_0_11_state {
    bool have_data = false;  // there may be more, no need to wait

    friend bool operator==(const cilium_0_11_state&, const cilium_0_11_state&) = default;
};

// readRecord(), again and again until there is one: false at the end of the ring.
template <spinning_memory M, class F>
bool read_record_0_11(M& r, F&& sample_cb) {
    using ulong = typename M::ulong;
    for (;;) {
        const auto mark = r.spin_mark();
        // Pairs with nothing: this thread is the only writer of consumer_pos.
        const ulong pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        const bool at_end = r.load_producer_pos(site::consumer_load_producer_pos) == pos;
        r.branch(dependency::consumer_empty_check);
        if (at_end) return false;
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length. A copy of
        // bytes, and no atomic load, until 0.14.
        const std::uint32_t len = r.load_header(site::consumer_load_header, pos);
        r.branch(dependency::consumer_busy_check);
        if (len & BPF_RINGBUF_BUSY_BIT) {
            r.cpu_relax(mark);
            continue;
        }
        // Pairs with the same store as the first look. Bounds what is copied or skipped.
        (void)r.load_producer_pos(site::consumer_load_producer_pos);
        r.branch(dependency::consumer_empty_check);
        const bool discarded = len & BPF_RINGBUF_DISCARD_BIT;
        // Pairs with the program's stores to the payload, through the header.
        if (!discarded) sample_cb(r.payload(site::consumer_load_payload, pos, len));
        // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
        // bpf_ringbuf_commit().
        r.store_consumer_pos(site::consumer_store_consumer_pos,
                             static_cast<ulong>(pos + record_size(len)));
        if (!discarded) return true;
    }
}

// Reader.ReadInto() with a deadline: `wait()` is false if that passed first, and then nobody looks:
// a record that wakes nobody (BPF_RB_NO_WAKEUP) is not seen.
template <spinning_memory M, class Wait, class F>
bool read_until_deadline_0_11(M& r, cilium_0_11_state& mine, Wait&& wait, F&& sample_cb) {
    for (;;) {
        if (!mine.have_data) {
            if (!wait()) return false;
            mine.have_data = true;
        }
        if (read_record_0_11(r, sample_cb)) return true;
        mine.have_data = false;
    }
}

struct cilium_0_11_consumer {
    static constexpr consumer_info info{
        .name = "cilium-0.11",
        .function = "Reader.Read",
        .file = "consumer/cilium_0_11.hpp",
        .summary = "cilium/ebpf when a deadline ended a read without a look",
        .reads_with_deadline = true};
    using state = cilium_0_11_state;
    template <spinning_memory M, class F>
    static std::int64_t consume(M& r, state&, std::uint64_t n, F&& sample_cb) {
        return take_up_to(n, [&] { return read_record_0_11(r, sample_cb); });
    }
    template <spinning_memory M, class Wait, class F>
    static bool read_with_deadline(M& r, state& mine, Wait&& wait, F&& sample_cb) {
        return read_until_deadline_0_11(r, mine, wait, sample_cb);
    }
};

}  // namespace ringsim::consumer
