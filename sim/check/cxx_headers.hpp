// Headers that stand in for a few of the C++ library's when a program under check is compiled.
#pragma once

#include <string>
#include <vector>

namespace ringsim::sim::check {

// Writes them into a directory in `where`; returns the compiler's flags that make it find them.
std::vector<std::string> write_cxx_headers(const std::string& where);

}  // namespace ringsim::sim::check
