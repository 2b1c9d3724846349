// Programs in Rust: from source to assembly.
#pragma once

#include <string>
#include <vector>

#include "sim/check/compile.hpp"

namespace ringsim::sim::check {

struct rust_assembly {
    std::string program;
    std::string library;                 // threads, locks and what is made of them
    std::vector<std::string> seen;       // of the rest: what is compiled once more,
    bool all_seen;                       // and whether that could be done
    std::vector<std::string> libraries;  // archives of the rest
};

// Works in the directory. Throws build_error.
rust_assembly rust_to_assembly(const std::string& file, const build_request& what,
                               const std::string& directory);

}  // namespace ringsim::sim::check
