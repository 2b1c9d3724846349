// Scenarios by the names that users give them.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios::study {

// The scenarios with these names; "all" is all of them. Throws user_error.
std::vector<const scenario*> scenarios_named(const std::vector<std::string>& names);

// The same for commands that change one order after the other. Without a name: all but those of the
// wakeup's way in full, which are large, and mostly about the order of calls.
std::vector<const scenario*> scenarios_of_orders(const std::vector<std::string>& names);
// One sentence about those that scenarios_of_orders() leaves out; empty if there are none.
std::string left_out_of_orders(const std::vector<std::string>& names);

}  // namespace ringsim::scenarios::study
