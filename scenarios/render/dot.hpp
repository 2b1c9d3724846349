// An execution as a graph for Graphviz: `ringsim replay ID --dot | dot -Tsvg`.
#pragma once

#include <string>

#include "scenarios/study/finding.hpp"

namespace ringsim::scenarios::render {

// One column a thread, steps from top to bottom in program order; rf, co and fr between threads;
// the edges of the smallest cycle are thick. A read without an rf edge from another thread read
// from its own thread or the initial value.
std::string to_dot(const study::saved_finding& f);

}  // namespace ringsim::scenarios::render
