// A search of a program under check that may be killed, as a file: what is known of it every few
// seconds, written in one step.
#pragma once

#include <string>
#include <vector>

#include "scenarios/study/shard.hpp"
#include "sim/graph/kept.hpp"

namespace ringsim::scenarios::study {

// Under one model and mapping: one call of `check` may take several.
struct kept_exploration {
    std::string model;
    std::string mapping;
    std::vector<sim::graph::search_pass> passes{};
};

struct program_checkpoint {
    shared_problem of;  // with `checked`, and without where shards begin
    std::vector<kept_exploration> explorations{};
};

std::string to_text(const program_checkpoint& c);
// Throws user_error, one line that names the file, if it is damaged or no such text.
program_checkpoint read_program_checkpoint(const std::string& path);

}  // namespace ringsim::scenarios::study
