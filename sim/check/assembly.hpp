// The compiler's assembly, with a call in front of each instruction that touches memory. What
// -fsanitize=thread reports is what the compiler thinks worth reporting: copies of structures,
// functions that it expands in line and inline assembly are not. Here nothing is left out: an
// access that was not reported is found when its instruction is about to run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/check/hooks.hpp"

namespace ringsim::sim::check {

// A place in the program that cannot be followed.
struct unseen_place {
    std::string file;
    unsigned line = 0;
    std::string text;  // the instruction
    std::string why;   // one clause
};

struct seen_assembly {
    std::string text;
    std::vector<unseen_place> unseen;
    std::vector<unseen_place> told;  // followed, but not as exactly as the compiler knows it
};

// `written_by_hand`: the whole file is assembly of somebody, not of a compiler.
seen_assembly make_seen(std::string_view text, const std::string& file, bool written_by_hand,
                        hook_table& hooks);

}  // namespace ringsim::sim::check
