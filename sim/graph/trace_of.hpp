// A recorded execution as a trace.
#pragma once

#include "sim/graph/program.hpp"
#include "sim/trace.hpp"

namespace ringsim::sim::graph {

// One step for each access; fences that only the mapping put there are left out.
trace trace_of(const recorded_execution& e, const std::vector<location_info>& locations);

}  // namespace ringsim::sim::graph
