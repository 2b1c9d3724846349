// What a compiler says of variables that may have no value where they are used. A local variable
// whose address nobody takes lives in a register, where no access is seen: the compiler is the only
// one who can tell.
#pragma once

#include <string>
#include <vector>

#include "sim/check/assembly.hpp"

namespace ringsim::sim::check {

// Takes these out of what a compiler has printed. Each stands in the result once.
std::vector<unseen_place> take_unwritten_variables(std::string& printed);

}  // namespace ringsim::sim::check
