// The critical cycle of an execution, as it is shown.
#pragma once

#include <vector>

#include "page/execution.hpp"
#include "sim/trace_explain.hpp"

namespace ringsim::page {

// With what orders each program-order edge, by the orders in the source.
std::vector<shown_edge> shown_cycle(const sim::trace& t, const sim::critical_cycle& c);

}  // namespace ringsim::page
