// From source files to objects whose every access to memory can be followed.
#pragma once

#include <string>
#include <vector>

#include "sim/check/compile.hpp"

namespace ringsim::sim::check {

struct translation {
    std::vector<std::string> objects;
    std::vector<unseen_place> unseen;
    hook_table hooks;
    bool cxx = false;                         // some of it is C++
    bool clang = false;                       // some of it is compiled by clang
    std::vector<std::string> rust_libraries;  // of a program in Rust
};

// Writes to the directory. Throws build_error.
translation translate(const build_request& what, const std::string& directory);

}  // namespace ringsim::sim::check
