// A trace in the words of the ring: records A, B, C instead of positions, `BUSY 8` instead of
// 2147483656, `B.len` instead of a location.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/worlds/exploration.hpp"
#include "sim/trace.hpp"

namespace ringsim::scenarios::render {

class ring_words {
  public:
    explicit ring_words(const sim::trace& t);

    // The record that begins at `pos`: A, B, ... in the order of positions. `end` is the position
    // behind the last record; any other is a number.
    std::string position(std::uint64_t pos) const;

    // "8", "BUSY 8", "DISCARD 8".
    static std::string header(std::uint64_t word);

    // A value that the step's word had, as its reader understands it.
    std::string value(const sim::trace_step& s, std::uint64_t value) const;

    // The word that a step accesses: "B.len", "consumer_pos", "lock"; "" for a fence.
    std::string location(const sim::trace_step& s) const;

    // The step by itself: "load B.len acq -> BUSY 8".
    std::string text(const sim::trace_step& s) const;

    // The calls that a thread makes, in order: "bpf_ringbuf_commit(B), ...". The consumer's are
    // those of the variant's consumer.
    std::string calls(const sim::trace& t, unsigned thread, const worlds::variant& code) const;

  private:
    // "C.payload", or "C.payload[1]" if the trace has several words of that payload.
    std::string payload(const sim::trace_step& s) const;

    std::vector<std::uint64_t> begins_;
    // Of each record, the locations of the words of its payload, in the order of the ring.
    std::map<std::uint64_t, std::vector<std::uint32_t>> payloads_;
    std::uint64_t end_ = 0;  // behind the last record; 0 if unknown
};

// acq, rel, sc, ...: the order in the space of a table.
std::string_view abbreviated(order o);

}  // namespace ringsim::scenarios::render
