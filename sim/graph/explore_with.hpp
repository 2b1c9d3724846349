// One model's explorers at every size of graph. Included by one source file for each model, so that
// they are compiled side by side.
#pragma once

#include "sim/graph/exhaustive.hpp"
#include "sim/graph/explore.hpp"

namespace ringsim::sim::graph {

template <class Model, unsigned W>
exploration_report explore_at_size(program& p, const std::vector<location_info>& locations,
                                   const exploration_limits& limits, observer& watcher) {
    watcher.begin();
    auto explorer = std::make_unique<exhaustive<Model, W>>(p, locations, limits, watcher);
    p.attach(*explorer);
    exploration_report report = explorer->run();
    if (report.end != exploration_end::too_large) return report;
    if constexpr (W * 64 < events_max) {
        explorer.reset();
        return explore_at_size<Model, W * 2>(p, locations, limits, watcher);
    } else {
        report.problem =
            "an execution has more than " + std::to_string(events_max) + " events (events_max)";
        return report;
    }
}

template <class Model>
exploration_report explore_with(program& p, const std::vector<location_info>& locations,
                                const exploration_limits& limits, observer& watcher) {
    return explore_at_size<Model, 2>(p, locations, limits, watcher);
}

}  // namespace ringsim::sim::graph
