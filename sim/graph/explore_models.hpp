// The explorer of each model, each defined in a source file of its own.
#pragma once

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

using explore_function = exploration_report(program&, const std::vector<location_info>&,
                                            const exploration_limits&, observer&);
explore_function explore_sc;
explore_function explore_x86_tso;
explore_function explore_rc11;

}  // namespace ringsim::sim::graph
