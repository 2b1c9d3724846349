// An execution of a program under check, or of the kernel's files, as one to look at.
#pragma once

#include <vector>

#include "page/execution.hpp"
#include "scenarios/render/told_execution.hpp"
#include "sim/graph/program.hpp"
#include "sim/trace.hpp"

namespace ringsim::page {

execution execution_of(const scenarios::render::told_execution& told,
                       const sim::graph::recorded_execution& e,
                       const std::vector<sim::graph::location_info>& locations);

// The step of an execution that step `i` of the trace of `e` became; 0: it is not told.
std::vector<std::uint32_t> told_steps(const scenarios::render::told_execution& told,
                                      const sim::graph::recorded_execution& e);

}  // namespace ringsim::page
