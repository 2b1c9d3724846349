// cilium/ebpf's ring reader (ringbuf/ring.go, raw_reader.go, reader.go): it looks at producer_pos
// before every record, and stays at a BUSY one until it is committed. It waits in epoll_wait() at
// the end of the ring alone.
//
// Left out: the errors of a header that points beyond producer_pos, which no kernel writes.
#pragma once

#include <cstdint>

#include "consumer/consumer_info.hpp"
#include "consumer/ring_memory.hpp"

namespace ringsim::consumer {

// What a ringReader keeps, and the Reader around it.
struct cilium_state {
    bool open = false;
    kept_position cons_pos;  // read so far; consumer_pos may lag behind it
    bool drain_err = false;  // the deadline passed, the next end of the ring is the last

    friend bool operator==(const cilium_state&, const cilium_state&) = default;
};

enum class sample : std::uint8_t { end_of_ring, discarded, data };

// newRingReader(). The position of its own may run ahead of consumer_pos, until commit().
template <ring_memory M>
void open_ring_reader(M& r, cilium_state& mine) {
    if (mine.open) return;
    mine.open = true;
    // Pairs with nothing: this thread is the only writer of consumer_pos.
    mine.cons_pos = r.load_consumer_pos(site::consumer_load_consumer_pos);
}

// ringReader.readSample(). Gives nothing back.
template <spinning_memory M, class F>
sample read_sample(M& r, cilium_state& mine, F&& sample_cb) {
    using ulong = typename M::ulong;
    const auto pos = static_cast<ulong>(mine.cons_pos);
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    const bool at_end = r.load_producer_pos(site::consumer_load_producer_pos) == pos;
    r.branch(dependency::consumer_empty_check);
    if (at_end) return sample::end_of_ring;
    for (;;) {
        const auto mark = r.spin_mark();
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit(): payload before length.
        const std::uint32_t len = r.load_header(site::consumer_load_header, pos);
        r.branch(dependency::consumer_busy_check);
        if (len & BPF_RINGBUF_BUSY_BIT) {
            r.cpu_relax(mark);  // runtime.Gosched(), goto retry
            continue;
        }
        mine.cons_pos = static_cast<ulong>(pos + record_size(len));
        if (len & BPF_RINGBUF_DISCARD_BIT) return sample::discarded;
        // Pairs with the program's stores to the payload, through the header.
        sample_cb(r.payload(site::consumer_load_payload, pos, len));
        return sample::data;
    }
}

// ringReader.commit(): gives back all that was read.
template <ring_memory M>
void commit_reader(M& r, const cilium_state& mine) {
    using ulong = typename M::ulong;
    // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve() and in
    // bpf_ringbuf_commit().
    r.store_consumer_pos(site::consumer_store_consumer_pos, static_cast<ulong>(mine.cons_pos));
    // Not in cilium/ebpf. Pairs with the full barrier of xchg(&hdr->len), where a table has it.
    r.fence(site::consumer_recheck_fence);
}

// Reader.ReadInto() up to the end of the ring, without the wait: false there. A RawReader's user
// commits when it likes, so `commits` is false for one.
template <spinning_memory M, class F>
bool read_into(M& r, cilium_state& mine, bool commits, F&& sample_cb) {
    for (;;) {
        const sample got = read_sample(r, mine, sample_cb);
        if (got == sample::end_of_ring) return false;
        if (commits) commit_reader(r, mine);
        if (got == sample::data) return true;
    }
}

// What becomes of a flush that epoll reports together with data.
enum class flush_with_data : std::uint8_t {
    reported,
    swallowed,  // as the change was first proposed: the event is read, and data is all that is left
};

template <class M>
concept flushed_memory = spinning_memory<M> && requires(M& m, site s) {
    { m.take_flush(s) } -> std::same_as<void>;
};

// The end of Poller.Wait(), behind epoll_wait(): whether the caller learns of the flush.
template <flushed_memory M>
bool wait_was_flushed(M& r, flush_with_data how, bool data, bool flush) {
    if (!flush) return false;
    // Pairs with the write of whoever flushes: read(), so that epoll does not report it again.
    r.take_flush(site::flush_read);
    return how == flush_with_data::reported || !data;
}

// Reader.ReadInto() with a deadline: `wait()` is false if that passed first, or if somebody called
// Flush(). Looks before it waits, and once more behind the deadline.
template <spinning_memory M, class Wait, class F>
bool read_until_deadline(M& r, cilium_state& mine, Wait&& wait, F&& sample_cb) {
    for (;;) {
        if (read_into(r, mine, /*commits=*/true, sample_cb)) return true;
        if (mine.drain_err) {
            mine.drain_err = false;
            return false;
        }
        if (!wait()) mine.drain_err = true;
    }
}

template <bool Commits>
struct cilium_loop {
    using state = cilium_state;
    template <spinning_memory M, class F>
    static std::int64_t consume(M& r, state& mine, std::uint64_t n, F&& sample_cb) {
        return take_up_to(n, [&] {
            open_ring_reader(r, mine);
            return read_into(r, mine, Commits, sample_cb);
        });
    }
    template <spinning_memory M, class Wait, class F>
    static bool read_with_deadline(M& r, state& mine, Wait&& wait, F&& sample_cb) {
        open_ring_reader(r, mine);
        return read_until_deadline(r, mine, wait, sample_cb);
    }
    static constexpr flush_with_data on_flush = flush_with_data::reported;
};

struct cilium_consumer : cilium_loop</*Commits=*/true> {
    static constexpr consumer_info info{.name = "cilium",
                                        .function = "Reader.Read",
                                        .file = "consumer/cilium.hpp",
                                        .summary = "cilium/ebpf's Reader: stays at a BUSY record",
                                        .stays_at_busy = true,
                                        .reads_with_deadline = true};
};

struct cilium_flush_0_consumer : cilium_loop</*Commits=*/true> {
    static constexpr consumer_info info{.name = "cilium-flush-0",
                                        .function = "Reader.Read",
                                        .file = "consumer/cilium.hpp",
                                        .summary = "cilium/ebpf's with Flush() as first proposed",
                                        .stays_at_busy = true,
                                        .reads_with_deadline = true};
    static constexpr flush_with_data on_flush = flush_with_data::swallowed;
};

struct cilium_raw_consumer : cilium_loop</*Commits=*/false> {
    static constexpr consumer_info info{
        .name = "cilium-raw",
        .function = "RawReader.Read",
        .file = "consumer/cilium.hpp",
        .summary = "cilium/ebpf's RawReader: gives back when told to",
        .stays_at_busy = true,
        .reads_with_deadline = true};
};

}  // namespace ringsim::consumer
