#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/rc11.hpp"

namespace ringsim::sim::graph {

exploration_report explore_rc11(program& p, const std::vector<location_info>& locations,
                                const exploration_limits& limits, observer& watcher) {
    return explore_with<rc11_model>(p, locations, limits, watcher);
}

}  // namespace ringsim::sim::graph
