// Policies for what is too large to exhaust: random walks, PCT, and every schedule within bounds.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::graph {

inline constexpr unsigned no_bound = ~0u;

// Limits of one execution. A choice beyond them is not offered.
struct search_bounds {
    unsigned preemptions = no_bound;
    unsigned stale_reads = no_bound;
    unsigned steps = no_bound;  // accesses; what goes on is cut off
};

// Each choice at random, evenly.
std::unique_ptr<walk_policy> random_walk(std::uint64_t seed, search_bounds bounds);

// Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with probabilistic
// guarantees of finding bugs", ASPLOS 2010: threads have random priorities, and at `depth` - 1
// random accesses the running thread falls behind all others. The accesses are picked from as many
// as the longest walk so far had; `accesses_expected` is the guess for the first. Departs from the
// paper in that reads may be stale, each with even odds among its sources, within the bound.
std::unique_ptr<walk_policy> pct(std::uint64_t seed, unsigned depth, unsigned accesses_expected,
                                 search_bounds bounds);

// Every schedule within the bounds, depth first. Ends by itself.
std::unique_ptr<walk_policy> every_schedule(search_bounds bounds);

}  // namespace ringsim::sim::graph
