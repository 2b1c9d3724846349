// The order in which a finished execution is told: as an interleaving if it is one, else with the
// fewest preemptions and stale reads.
#pragma once

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// What it takes to perform an execution step by step.
struct execution_cost {
    unsigned preemptions = 0;  // switches away from a thread that could go on
    unsigned stale_reads = 0;  // reads that miss the newest write at that moment
    unsigned events = 0;
    unsigned total() const { return preemptions + stale_reads; }
    // By preemptions and stale reads together, then by events.
    friend bool operator<(const execution_cost& a, const execution_cost& b) {
        return a.total() != b.total() ? a.total() < b.total() : a.events < b.events;
    }
};

// Reorders `e` to the least cost; exact unless it has more interleavings of states than
// linearization_states_max, where the order stays as it is.
inline constexpr std::size_t linearization_states_max = 400'000;
execution_cost linearize(recorded_execution& e);

}  // namespace ringsim::sim::graph
