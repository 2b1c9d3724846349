// The mappings as data: instructions and what they mean, models, and how sources become
// instructions.
#pragma once

#include "sim/graph/mapping.hpp"

namespace ringsim::sim::graph {

// An access instruction, or the name of an access in a model's language. What it becomes: an access
// with these annotations; `exclusive`: made of two instructions, as LDXR and STXR.
struct instruction_info {
    std::string_view name;
    access kind;
    mode how = mode::relaxed;
    mode write_how = mode::plain;
    bool exclusive = false;
};

std::span<const instruction_info> all_instructions();

}  // namespace ringsim::sim::graph
