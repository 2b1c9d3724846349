// An execution of the kernel's and libbpf's own code, step by step, in the lines of their files.
#pragma once

#include "sim/graph/program.hpp"
#include "upstream/explore.hpp"
#include "upstream/ring_world.hpp"

namespace ringsim::upstream_code {

struct telling {
    std::vector<step> steps;
    std::string race;  // of a data race: the variable and the two lines
    // Of each step the event, the thread and the function; of each location that a step is on its
    // name and what it begins with.
    std::vector<unsigned> events;
    std::vector<std::string> functions;
    std::vector<std::string> words;
    std::vector<std::string> initial;
    unsigned at_step = 0;     // of a data race: its later step, from 1
    unsigned races_with = 0;  // and the other one
};

// `image` is the path of the program's shared object. Without a world the program has a main() of
// its own, which starts its threads.
telling tell_steps(const sim::graph::recorded_execution& e, const sim::check::runtime& program,
                   const ring_world* world, const scenarios::scenario* s, const sources& from,
                   const std::string& image);

std::string thread_name(const scenarios::scenario* s, unsigned thread);
std::string value_text(std::uint64_t v);

}  // namespace ringsim::upstream_code
