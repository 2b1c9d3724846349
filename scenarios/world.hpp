// What the threads of a scenario can do, over a ring that some engine simulates: five small
// interfaces, and the world that has them all. One implementation for all engines:
// worlds/world_on.hpp.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/eventpoll.hpp"
#include "scenarios/outcome.hpp"

namespace ringsim::scenarios {

inline constexpr std::uint64_t all_records = UINT64_MAX;

class world;

// The BPF program's side: the calls of a producer.
class program_side {
  public:
    virtual record bpf_ringbuf_reserve(std::uint64_t size) = 0;
    virtual void write(const record& r, std::uint64_t payload) = 0;
    virtual void bpf_ringbuf_submit(const record& r, std::uint64_t flags = 0) = 0;
    virtual void bpf_ringbuf_discard(const record& r, std::uint64_t flags = 0) = 0;
    virtual int bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size,
                                   std::uint64_t flags = 0) = 0;
    // bpf_ringbuf_output() of a record of 16 bytes that the program puts together in a buffer of
    // its CPU. `own_buffer`: a program that preempts another one has a buffer of its own.
    virtual int bpf_ringbuf_output_staged(std::uint64_t payload, bool own_buffer) = 0;
    virtual std::uint64_t bpf_ringbuf_query_avail_data() = 0;
    // Makes the interrupt of the scenario come, at once or later.
    virtual void raise_interrupt() = 0;
    // What the calling thread does next happens in an NMI, or no more.
    virtual void nmi(bool on) = 0;
    // The program is over, and with it the last reference to the map; somebody waits for that and
    // frees the map.
    virtual void put_map() = 0;
    virtual void free_map() = 0;

    // Reserve, write, submit: the usual life of a record. Returns false if there was no room.
    bool produce(std::uint64_t payload, std::uint64_t flags = 0, std::uint64_t size = 8) {
        const record r = bpf_ringbuf_reserve(size);
        if (!r) return false;
        write(r, payload);
        bpf_ringbuf_submit(r, flags);
        return true;
    }

  protected:
    ~program_side() = default;
};

// The user's side: the calls of the variant's consumer.
class user_side {
  public:
    // Consumes what is there now, at most `n` samples; returns how many.
    virtual std::int64_t ring_buffer__consume(std::uint64_t n = all_records) = 0;
    // The same with a callback that ends the call after each sample, by a negative result.
    virtual std::int64_t ring_buffer__consume_stopping() = 0;
    // From now on the thread's callback begins by calling this.
    virtual void in_callback(void (*what)(world&)) = 0;
    // The same as ring_buffer__consume(), with a callback that only copies to a queue of the
    // thread; and what hands over the queue.
    virtual std::int64_t ring_buffer__consume_to_queue() = 0;
    virtual void hand_over_queue() = 0;
    // The same of all rings, the first one first.
    virtual std::int64_t ring_buffer__consume_n(std::uint64_t n) = 0;
    // Sleeps in epoll_wait(), level or edge triggered as the variant says.
    virtual void epoll_wait() = 0;
    // The same with a timeout; returns which rings are reported, a bit each: none if it timed out.
    // For scenarios with the full wakeup path.
    virtual unsigned epoll_wait(kernel::timeout to) = 0;
    // EPOLL_CTL_MOD with the same events as before: enables the ring after EPOLLONESHOT.
    virtual void epoll_ctl_mod() = 0;
    // In setup(): the consumer was told of what is in the ring, by an epoll_wait() that is behind
    // it. With a level trigger, and only there, it will look again.
    virtual void was_reported() = 0;
    // Consume, and sleep while there were fewer than `samples` in all. Each look takes at most `n`.
    virtual void poll_until(unsigned samples, std::uint64_t n = all_records) = 0;
    // The same with a look in several calls, each of which ends early: calls `call` until one finds
    // nothing, and sleeps only then.
    virtual void poll_in_calls(unsigned samples, std::int64_t (*call)(world&)) = 0;
    // Consumes what is there now. If that is nothing, looks again and again until there is
    // something: what a consumer does that is told of a BUSY record for ever.
    virtual bool consume_or_spin() = 0;
    // One read of at most one record, with a deadline; whether there was one.
    virtual bool read_until_deadline() = 0;
    // One read of at most one record that Flush() ends: false if it did.
    virtual bool read_until_flush() = 0;
    virtual void flush() = 0;
    // A word by which one thread of a program tells another something.
    virtual void set_signal() = 0;
    virtual bool signal_is_set() = 0;
    virtual void wait_for_signal() = 0;
    // Takes the record with the lowest payload of those at the heads of all rings; whether there
    // was one.
    virtual bool merge_rings() = 0;

  protected:
    ~user_side() = default;
};

// The user ring buffer: libbpf's producer, and a BPF program that drains.
class user_ring_side {
  public:
    virtual record user_ring_buffer__reserve(std::uint32_t size) = 0;
    virtual record user_ring_buffer__reserve_blocking(std::uint32_t size) = 0;
    virtual void user_ring_buffer__submit(const record& r) = 0;
    virtual void user_ring_buffer__discard(const record& r) = 0;
    // `stops`: the callback ends the drain after each sample.
    virtual std::int64_t bpf_user_ringbuf_drain(std::uint64_t flags = 0, bool stops = false) = 0;
    // What a program does whose threads share the producer's side, if the table has the lock.
    virtual void lock_user_producer() = 0;
    virtual void unlock_user_producer() = 0;

  protected:
    ~user_ring_side() = default;
};

// ebpf-for-windows.
class windows_side {
  public:
    // `at_once`: with one offset for reserving and publishing.
    virtual record ebpf_ring_buffer_reserve(std::uint32_t size, bool at_once) = 0;
    virtual void submit_and_set_event(const record& r) = 0;
    virtual void reset_event() = 0;
    virtual void wait_for_event() = 0;

  protected:
    ~windows_side() = default;
};

// What nothing forbids userspace: any value where it may write.
class hostile_side {
  public:
    // Any value in consumer_pos, or on a user ring in producer_pos. Each of `step` apart among the
    // 256 nearest to the start is explored: on positions of eight bits those are all there are. On
    // wider ones each of the others is like one of them to the kernel, which looks at the distance
    // to a position near the start, as long as that is less than the size of the ring, and at the
    // offset in the ring. Of producer_pos the 256 from the start on: one behind it is one far
    // ahead.
    virtual void write_any_consumer_pos(unsigned step = 1) = 0;
    virtual void write_any_producer_pos(unsigned step = 1) = 0;
    // The same for the header at the start: a record of each size up to eight bytes more than the
    // ring, and the largest there is; with BUSY, DISCARD, both or none.
    virtual void write_any_header() = 0;
    // One value where the header of a record of the user ring is, or will be.
    virtual void write_user_header(const record& r, std::uint32_t len) = 0;

  protected:
    ~hostile_side() = default;
};

class world : public program_side,
              public user_side,
              public user_ring_side,
              public windows_side,
              public hostile_side {
  public:
    virtual ~world() = default;

    // The ring that the calling thread goes on with.
    virtual void use_ring(unsigned index) = 0;
    // The facts of the calling thread.
    virtual thread_facts& me() = 0;

    // A record that setup() leaves for the threads. Written in setup() only.
    std::array<record, 4> kept{};
};

}  // namespace ringsim::scenarios
