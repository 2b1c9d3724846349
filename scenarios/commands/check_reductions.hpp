// What `check` visits once for many executions, as the user names it.
#pragma once

#include <string>

#include "sim/check/image.hpp"

namespace ringsim::scenarios::commands {

inline constexpr std::string_view reductions_help =
    "what to visit once for many: all, none, or some of barriers, locks, retries and symmetry, "
    "with commas (all)";

// Turns on what `text` names, and the rest off. Throws user_error.
void apply_reductions(const std::string& text, sim::check::check_limits& limits);

}  // namespace ringsim::scenarios::commands
