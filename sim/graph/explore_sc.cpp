#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/sc.hpp"

namespace ringsim::sim::graph {

exploration_report explore_sc(program& p, const std::vector<location_info>& locations,
                              const exploration_limits& limits, observer& watcher) {
    return explore_with<sc_model>(p, locations, limits, watcher);
}

}  // namespace ringsim::sim::graph
