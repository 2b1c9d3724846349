// A trace in the words of the ring: records A, B, C instead of positions, `BUSY 8` instead of
// 2147483656, `B.len` instead of a location.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/worlds/exploration.hpp"
#include "sim/trace.hpp"

namespace ringsim::scenarios::render {

class ring_words {
  public:
    explicit ring_words(const sim::trace& t);

    // The record that begins at `pos`: A, B, ... in the order of positions. `end` is the position
    // behind the last record; any other is a number. Where there are several rings their records
    // are "ring0.A", "ring1.A": positions of all begin at the same number.
    std::string position(std::uint64_t pos, unsigned ring = 0) const;
    // The record that a step is about.
    std::string record(const sim::trace_step& s) const { return position(s.note, ring_of(s)); }
    // Which ring a step is about, from 0.
    unsigned ring_of(const sim::trace_step& s) const;

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

    bool several() const { return first_locations_.size() > 1; }

    struct ring {
        std::vector<std::uint64_t> begins;  // of records
        // Of each record, the locations of the words of its payload, in the order of the ring.
        std::map<std::uint64_t, std::vector<std::uint32_t>> payloads;
        std::uint64_t end = 0;  // behind the last record; 0 if unknown
    };
    void add(const sim::trace_step& s, std::map<std::uint64_t, std::set<std::uint32_t>>& headers);

    // consumer_pos of each ring, which is the first of its words in the order of locations.
    std::vector<std::uint32_t> first_locations_;
    std::vector<ring> rings_;
};

// acq, rel, sc, ...: the order in the space of a table.
std::string_view abbreviated(order o);

}  // namespace ringsim::scenarios::render
