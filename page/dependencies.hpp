// What the steps of an execution depend on, as its graph has it.
#pragma once

#include <cstdint>
#include <vector>

#include "page/execution.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::page {

// `of`: the step of `out` that each step of the trace became, from 1, or 0; a trace has a step for
// each event that the program asked for. Steps behind the last of `of` get nothing. A branch
// orders no load by itself, so of loads it is left out.
void tell_dependencies(execution& out, const sim::graph::recorded_execution& e,
                       const std::vector<std::uint32_t>& of);

}  // namespace ringsim::page
