// Where a model's number becomes code: each model's explorers are compiled in a unit of their own
// (explore_with.hpp), and found by the table of the program (explore_models.cpp). All that commands
// and tests call goes through here, and what no search can do is refused before one is made.
#include "sim/graph/explore.hpp"

#include "sim/graph/explore_models.hpp"

namespace ringsim::sim::graph {

// Throws model_absent in the small program that the launcher builds first, which has one model; the
// launcher goes on with the whole one then.
const model_explorers& explorers_for(model_id m) {
    const model_explorers* found = all_explorers[static_cast<std::size_t>(m)];
    if (!found) throw model_absent();
    return *found;
}

// Limits that no search can do anything about are looked at once, here; an execution with too many
// events is found while it is explored. Empty: it fits.
std::string does_not_fit(const program& p, const std::vector<location_info>& locations) {
    if (p.thread_count() > graph_threads_max)
        return "the program has " + std::to_string(p.thread_count()) +
               " threads, more than graph_threads_max (" + std::to_string(graph_threads_max) + ")";
    if (locations.size() > locations_max)
        return "the program has " + std::to_string(locations.size()) +
               " locations, more than locations_max (" + std::to_string(locations_max) + ")";
    return "";
}

namespace {

// Not an error that is thrown: to whom asks, it is a search that came to no end, like any other.
exploration_report refused(std::string why) {
    exploration_report report;
    report.end = exploration_end::too_large;
    report.problem = std::move(why);
    return report;
}

}  // namespace

exploration_report explore_exhaustively(model_id m, program& p,
                                        const std::vector<location_info>& locations,
                                        const exploration_limits& limits, observer& watcher) {
    if (std::string why = does_not_fit(p, locations); !why.empty()) return refused(std::move(why));
    return explorers_for(m).exhaustively(p, locations, limits, watcher);
}

exploration_report search(model_id m, program& p, const std::vector<location_info>& locations,
                          walk_policy& policy, const exploration_limits& limits,
                          observer& watcher) {
    if (std::string why = does_not_fit(p, locations); !why.empty()) return refused(std::move(why));
    return explorers_for(m).search(p, locations, policy, limits, watcher);
}

// A schedule that does not fit is an error of whoever gave it, and not the end of a search.
recorded_execution replay(model_id m, program& p, const std::vector<location_info>& locations,
                          const schedule& s) {
    if (const std::string why = does_not_fit(p, locations); !why.empty()) throw schedule_error(why);
    return explorers_for(m).replay(p, locations, s);
}

}  // namespace ringsim::sim::graph
