// The explorers, by name of the model.
#pragma once

#include "sim/graph/program.hpp"
#include "sim/graph/schedule.hpp"
#include "sim/graph/search.hpp"

namespace ringsim::sim::graph {

// Visits every execution of the program under the model once. Starts with room for small graphs and
// begins again with more if they do not fit, up to events_max.
exploration_report explore_exhaustively(model_id m, program& p,
                                        const std::vector<location_info>& locations,
                                        const exploration_limits& limits, observer& watcher);

// Performs executions one at a time as the policy picks them; `executions` counts walks, the same
// execution maybe more than once. exhausted: the policy has no more.
exploration_report search(model_id m, program& p, const std::vector<location_info>& locations,
                          walk_policy& policy, const exploration_limits& limits, observer& watcher);

// Performs one execution again. Throws schedule_error if the program, under this model, no longer
// behaves so; the message says at which access.
recorded_execution replay(model_id m, program& p, const std::vector<location_info>& locations,
                          const schedule& s);

}  // namespace ringsim::sim::graph
