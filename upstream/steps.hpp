// An execution of the kernel's and libbpf's own code, step by step, in the lines of their files.
#pragma once

#include "sim/graph/program.hpp"
#include "upstream/explore.hpp"
#include "upstream/ring_world.hpp"

namespace ringsim::upstream_code {

// `image` is the path of the program's shared object. Without a world the program has a main() of
// its own, which starts its threads.
// `race`: of a data race, the variable and the two lines.
std::vector<step> steps_of(const sim::graph::recorded_execution& e,
                           const sim::check::runtime& program, const ring_world* world,
                           const scenarios::scenario* s, const sources& from,
                           const std::string& image, std::string& race);

}  // namespace ringsim::upstream_code
