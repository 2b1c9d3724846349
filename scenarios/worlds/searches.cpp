#include "scenarios/worlds/searches.hpp"

namespace ringsim::scenarios::worlds {

namespace graph = sim::graph;

std::unique_ptr<graph::walk_policy> policy_of(const graph_options& options,
                                              unsigned accesses_expected) {
    switch (options.search) {
        case graph_search::random:
            return graph::random_walk(options.seed, options.bounds);
        case graph_search::pct:
            return graph::pct(options.seed, options.pct_depth, accesses_expected, options.bounds);
        default:
            return graph::every_schedule(options.bounds);
    }
}

std::string covered_by(const graph_options& options, bool all) {
    if (options.search == graph_search::all)
        return all ? "every execution of the model was visited"
                   : "a part of the executions was visited";
    std::string within;
    if (options.bounds.preemptions != graph::no_bound)
        within = " with at most " + std::to_string(options.bounds.preemptions) + " preemptions";
    if (options.bounds.stale_reads != graph::no_bound)
        within += (within.empty() ? " with at most " : " and ") +
                  std::to_string(options.bounds.stale_reads) + " stale reads";
    if (options.bounds.steps != graph::no_bound)
        within += (within.empty() ? " with at most " : " and ") +
                  std::to_string(options.bounds.steps) + " steps";
    return std::string(all ? "every schedule" : "some schedules") + within +
           (all ? "; the rest was not looked at" : "; a search, not a proof");
}

}  // namespace ringsim::scenarios::worlds
