// The cheapest order in which the threads of a finished execution take their turns.
//
// An execution is a partial order; whoever tells it or measures it needs one sequence of steps.
// What a sequence costs (switches between threads, stale reads) is the caller's to say.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ringsim::sim {

// What may come next, and at what cost. `done[t]` is the number of steps that thread t has done,
// `last` the thread that took the latest one (any thread, before the first).
class turn_rules {
  public:
    virtual ~turn_rules() = default;
    virtual bool may_run(std::span<const unsigned> done, std::size_t last, std::size_t t) const = 0;
    virtual unsigned cost(std::span<const unsigned> done, std::size_t last,
                          std::size_t t) const = 0;
};

// For each step of the cheapest order the thread that takes it; `lengths[t]` is the number of steps
// of thread t. Among orders of equal cost the thread that runs goes on, else the one with the
// lowest number. Exact and deterministic. Empty if there are more than `states_max` states
// (progress of each thread, times threads), or if the rules let nobody finish.
std::vector<std::size_t> cheapest_turns(std::span<const unsigned> lengths, const turn_rules& rules,
                                        std::size_t states_max);

}  // namespace ringsim::sim
