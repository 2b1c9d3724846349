#include "sim/graph/explore.hpp"

#include "sim/graph/explore_models.hpp"

namespace ringsim::sim::graph {

exploration_report explore_exhaustively(model_id m, program& p,
                                        const std::vector<location_info>& locations,
                                        const exploration_limits& limits, observer& watcher) {
    switch (m) {
        case model_id::sc:
            return explore_sc(p, locations, limits, watcher);
        case model_id::x86_tso:
            return explore_x86_tso(p, locations, limits, watcher);
        default:
            return explore_rc11(p, locations, limits, watcher);
    }
}

}  // namespace ringsim::sim::graph
