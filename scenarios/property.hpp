// The properties that hold for every scenario, whatever its threads do.
#pragma once

#include <optional>

#include "scenarios/scenario.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios {

// Judges a finished execution: lost notification, lost, torn or out-of-order record, overrun.
// Nothing if all of them hold.
std::optional<finding> protocol_violation(const outcome& o);

// Whether a thread sleeps with a timeout. Then the end of the execution is none: what comes of it
// is another execution, in which the timeout ends.
bool somebody_will_time_out(const outcome& o);

// The scenario's own property after those.
std::optional<finding> judge(const scenario& s, const outcome& o);

// The same, and whether a thread that did not come to its end may be where it is.
std::optional<sim::graph::verdict_of_program> judge_end(const scenario& s, const outcome& o,
                                                        sim::graph::hang how);

}  // namespace ringsim::scenarios
