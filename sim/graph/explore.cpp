#include "sim/graph/explore.hpp"

#include "sim/graph/explore_models.hpp"

namespace ringsim::sim::graph {
namespace {

const model_explorers& explorers(model_id m) {
    switch (m) {
        case model_id::sc:
            return sc_explorers;
        case model_id::x86_tso:
            return x86_tso_explorers;
        case model_id::armv8:
        case model_id::armv8_rcpc:  // the mapping makes the difference
            return armv8_explorers;
        case model_id::riscv:
            return riscv_explorers;
        default:
            return rc11_explorers;
    }
}

}  // namespace

exploration_report explore_exhaustively(model_id m, program& p,
                                        const std::vector<location_info>& locations,
                                        const exploration_limits& limits, observer& watcher) {
    return explorers(m).exhaustively(p, locations, limits, watcher);
}

exploration_report search(model_id m, program& p, const std::vector<location_info>& locations,
                          walk_policy& policy, const exploration_limits& limits,
                          observer& watcher) {
    return explorers(m).search(p, locations, policy, limits, watcher);
}

recorded_execution replay(model_id m, program& p, const std::vector<location_info>& locations,
                          const schedule& s) {
    return explorers(m).replay(p, locations, s);
}

}  // namespace ringsim::sim::graph
