// What the searches of the graph engine are that do not visit every execution.
#pragma once

#include <memory>
#include <string>

#include "scenarios/worlds/exploration.hpp"
#include "sim/graph/search.hpp"

namespace ringsim::scenarios::worlds {

// `accesses_expected`: of one execution, for the change points of PCT.
std::unique_ptr<sim::graph::walk_policy> policy_of(const graph_options& options,
                                                   unsigned accesses_expected);

// What was visited, as one clause; `all`: the search came to its end.
std::string covered_by(const graph_options& options, bool all);

}  // namespace ringsim::scenarios::worlds
