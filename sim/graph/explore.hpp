// The explorers, by name of the model.
#pragma once

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// Visits every execution of the program under the model once. Starts with room for small graphs and
// begins again with more if they do not fit, up to events_max.
exploration_report explore_exhaustively(model_id m, program& p,
                                        const std::vector<location_info>& locations,
                                        const exploration_limits& limits, observer& watcher);

}  // namespace ringsim::sim::graph
