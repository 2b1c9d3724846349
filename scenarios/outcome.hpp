// What one execution of a scenario did: the facts that properties are stated over.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "kernel_model/uapi.hpp"
#include "sim/engine.hpp"

namespace ringsim::scenarios {

inline constexpr unsigned records_max = 8;  // by one thread
inline constexpr unsigned rings_max = 2;

// A record as its producer holds it. False if the reservation failed.
struct record {
    std::uint8_t ring = 0;
    std::uint64_t pos = 0;  // logical position of the header, counted from the scenario's start
    std::uint32_t len = 0;  // payload bytes
    bool valid = false;
    explicit operator bool() const { return valid; }
};

enum class record_state : std::uint8_t { reserved, committed, discarded };

// A record as it was made: who reserved it is the thread that owns the entry.
struct made_record {
    std::uint8_t ring;
    std::uint64_t pos;
    std::uint32_t len;
    record_state state;
    std::uint64_t payload;  // the word that the program wrote everywhere in it
};

// A record as the consumer's callback saw it.
struct taken_record {
    std::uint8_t ring;
    std::uint64_t pos;
    std::uint32_t len;
    std::uint64_t payload;  // its first word
    bool uniform;           // every word of it was the same
};

// Whether they tell of the same record: each of the two is one of those above.
constexpr bool same_record(const auto& a, const auto& b) {
    return a.ring == b.ring && a.pos == b.pos;
}

// What one thread did. Plain data, owned by that thread, cleared whenever it starts over.
struct thread_facts {
    std::array<made_record, records_max> made;
    std::array<taken_record, records_max> taken;
    std::array<std::uint64_t, 4> seen;  // free use by the scenario
    std::uint8_t made_count = 0;
    std::uint8_t taken_count = 0;
    std::uint8_t reservations_failed = 0;
    std::uint8_t wakeups_sent = 0;
    std::uint8_t sleeps = 0;  // times it went to sleep in epoll_wait()
    bool asleep = false;
    bool timed = false;  // it sleeps with a timeout, which will end
    bool finished = false;

    std::span<const made_record> records_made() const { return {made.data(), made_count}; }
    std::span<const taken_record> records_taken() const { return {taken.data(), taken_count}; }
};

// What the words of one ring hold at the end. Positions are logical, as those of records are.
struct ring_end {
    std::uint64_t consumer_pos = 0;
    std::uint64_t producer_pos = 0;
    std::uint64_t overwrite_pos = 0;  // in overwrite mode: what is before it is gone
    std::uint32_t header = 0;         // the header word at oldest()
    std::uint64_t payload = 0;        // in overwrite mode: the last word behind it
    bool notify_pending = false;      // a wakeup is on its way

    std::uint64_t oldest() const { return std::max(consumer_pos, overwrite_pos); }
    // Of the payload, by the header.
    std::uint32_t len() const { return header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT); }
};

struct outcome {
    std::array<thread_facts, sim::threads_max> threads{};
    thread_facts setup{};
    unsigned thread_count = 0;
    std::array<ring_end, rings_max> rings{};
    unsigned ring_count = 1;
    std::uint32_t ring_bytes = 0;  // of each
    bool hostile = false;          // userspace writes what it likes to the positions

    std::span<const ring_end> ring_ends() const { return {rings.data(), ring_count}; }
};

}  // namespace ringsim::scenarios
