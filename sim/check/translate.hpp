// From source files to objects whose every access to memory can be followed.
#pragma once

#include <string>
#include <vector>

#include "sim/check/compile.hpp"

namespace ringsim::sim::check {

struct translation {
    std::vector<std::string> objects;  // paths, in the order in which they are to be linked
    // Instructions that nobody follows, by their places in the sources; empty unless the request
    // allows them.
    std::vector<unseen_place> unseen;
    std::vector<unseen_place> unwritten;      // also told: variables in registers
    hook_table hooks;                         // which the objects call: to be defined once
    bool cxx = false;                         // some of it is C++
    bool clang = false;                       // some of it is compiled by clang
    std::vector<std::string> rust_libraries;  // of a program in Rust
};

// Each file is compiled to assembly, with GCC's or clang's -fsanitize=thread, which reports loads,
// stores and atomic operations; then calls are put in front of what that does not report
// (make_seen(), assembly.hpp), and the result is assembled. So what is explored is what the user's
// compiler makes of the user's sources; the flags in translate.cpp keep it from leaving accesses
// out.
//
// Writes to the directory, and leaves there what was written. Throws build_error: what the user can
// put right has status 2, and the compiler's own messages have gone to stderr by then.
translation translate(const build_request& what, const std::string& directory);

}  // namespace ringsim::sim::check
