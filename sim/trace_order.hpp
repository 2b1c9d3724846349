// The same execution, told in the order that is easiest to follow.
//
// An execution is a partial order: program order, who read from whom, the order of writes to each
// word. A search finds it in whatever order its scheduler happened to run; a reader wants as few
// switches between threads and as few stale reads as the execution needs.
#pragma once

#include "sim/trace.hpp"

namespace ringsim::sim {

// The steps of `t` in an order with the fewest stale reads, and among those with the fewest
// switches; renumbered, with `reads_from`, `missed`, `at_step` and `races_with` following.
// Deterministic. Returns `t` itself, with `missed` computed, if the execution is too large to order
// (sequencing_states_max), or if its writes are not in coherence order.
trace sequenced(const trace& t);

inline constexpr std::size_t sequencing_states_max = 2'000'000;

// For each step a number that is the same for steps on the same location. Where the trace does not
// number its locations: `trace_step::word` is a field's name; the note and reads-from tell which
// one of several.
std::vector<std::uint32_t> locations(const trace& t);

bool reads(const trace_step& s);
bool writes(const trace_step& s);
// A full barrier by itself: a seq_cst fence, or a kernel read-modify-write.
bool is_full_barrier(const trace_step& s);

}  // namespace ringsim::sim
