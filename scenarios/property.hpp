// The properties that hold for every scenario, whatever its threads do.
#pragma once

#include <optional>

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

// Judges a finished execution: lost notification, lost, torn or out-of-order record, overrun.
// Nothing if all of them hold.
std::optional<finding> protocol_violation(const outcome& o);

// The scenario's own property after those.
std::optional<finding> judge(const scenario& s, const outcome& o);

}  // namespace ringsim::scenarios
