// A policy that also decides what is read ahead.
//
// A walk only goes forward: that a read may get the value of a write to come is known from other
// walks, in which the read read something else and the write came behind it. Who performs walks for
// a user collects that first, and then says of each read what it gets, like anything else.
#pragma once

#include <compare>
#include <cstdint>
#include <set>

#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::graph {

// A read that may read ahead, by its thread and place, and the write to come: seen in some walk. A
// walk cannot know what comes later; it has to have been there once, in another walk, in which the
// read read something else.
struct read_ahead_hint {
    std::uint16_t reader_thread, reader_po;
    std::uint16_t writer_thread, writer_po;
    std::uint64_t value;
    friend auto operator<=>(const read_ahead_hint&, const read_ahead_hint&) = default;
};
// Ordered, so that walks with the same seed are the same in each run.
using read_ahead_hints = std::set<read_ahead_hint>;

// Under other policies reads may read ahead what walks before have found. Under this one it is as
// the policy says, and an execution is told in the order of its walk, reads ahead included.
class ahead_policy : public walk_policy {
  public:
    // What reads may read ahead in the walk that begins.
    virtual const read_ahead_hints& hints() const = 0;
    // As pick_source(), of a read that may also read ahead: that is the last of the `n` ways. Which
    // of several writes to come it is then, pick_place() is asked.
    virtual unsigned pick_source_or_ahead(unsigned n) = 0;
    // Behind all walks: what they have found.
    virtual void learn(const read_ahead_hints& found) = 0;
};

}  // namespace ringsim::sim::graph
