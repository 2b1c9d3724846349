#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/x86_tso.hpp"

namespace ringsim::sim::graph {

exploration_report explore_x86_tso(program& p, const std::vector<location_info>& locations,
                                   const exploration_limits& limits, observer& watcher) {
    return explore_with<x86_tso_model>(p, locations, limits, watcher);
}

}  // namespace ringsim::sim::graph
