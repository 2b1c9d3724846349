// An execution of a litmus test as a graph in Graphviz's language.
#pragma once

#include <string>

#include "sim/graph/program.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// A column for each thread, in program order; rf, co and fr between them. `caption` stands below.
// An edge `co` or `fr` goes to the next write of the location only, since the others follow from
// these. Edges of communication do not pull at the layout (constraint=false): columns stay columns.
std::string drawing(const test& t, const graph::recorded_execution& e, const std::string& caption);

}  // namespace ringsim::sim::litmus
