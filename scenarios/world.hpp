// What the threads of a scenario can do: the calls of a BPF program and of a libbpf user, over a
// ring that some engine simulates. One implementation for all engines: worlds/world_on.hpp.
#pragma once

#include <cstdint>

#include "scenarios/outcome.hpp"

namespace ringsim::scenarios {

inline constexpr std::uint64_t all_records = UINT64_MAX;

class world {
  public:
    virtual ~world() = default;

    // The BPF program's side.
    virtual record bpf_ringbuf_reserve(std::uint64_t size) = 0;
    virtual void write(const record& r, std::uint64_t payload) = 0;
    virtual void bpf_ringbuf_submit(const record& r, std::uint64_t flags = 0) = 0;
    virtual void bpf_ringbuf_discard(const record& r, std::uint64_t flags = 0) = 0;
    virtual int bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size,
                                   std::uint64_t flags = 0) = 0;

    // The user's side. Consumes what is there now, at most `n` samples; returns how many.
    virtual std::int64_t ring_buffer__consume(std::uint64_t n = all_records) = 0;
    // Sleeps in epoll_wait(), level or edge triggered as the variant says.
    virtual void epoll_wait() = 0;
    // Consume, and sleep while there were fewer than `samples` in all.
    virtual void poll_until(unsigned samples) = 0;

    // What nothing forbids userspace: any value in consumer_pos, counted from the scenario's start.
    virtual void write_consumer_pos(std::uint64_t pos) = 0;

    // A record that setup() leaves for the threads. Written in setup() only.
    std::array<record, 4> kept{};
    // The facts of the calling thread.
    virtual thread_facts& me() = 0;

    // Reserve, write, submit: the usual life of a record. Returns false if there was no room.
    bool produce(std::uint64_t payload, std::uint64_t flags = 0, std::uint64_t size = 8) {
        const record r = bpf_ringbuf_reserve(size);
        if (!r) return false;
        write(r, payload);
        bpf_ringbuf_submit(r, flags);
        return true;
    }
};

}  // namespace ringsim::scenarios
