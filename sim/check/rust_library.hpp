// What Rust has compiled already, once more: with reports of its accesses.
#pragma once

#include <string>
#include <vector>

namespace ringsim::sim::check {

// The assembly of those functions of `core` and `alloc` that a program calls by name, and of all
// that these call; one text for each library, none for one of which nothing is called.
struct rust_library {
    std::vector<std::string> texts;
    bool complete = true;  // the compiler came with the means
};

// `users` is assembly. Works in the directory.
rust_library rust_library_for(std::string users, const std::vector<std::string>& archives,
                              const std::string& directory);

}  // namespace ringsim::sim::check
