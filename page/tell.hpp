// A finding with all that the page tells of it.
#pragma once

#include <string>
#include <vector>

#include "page/execution.hpp"
#include "page/hidden.hpp"
#include "page/stepping.hpp"
#include "scenarios/study/finding.hpp"
#include "scenarios/study/fixes.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::page {

// Tells of each read which stores it could have read, as far as the engine of execution graphs
// follows the trace.
void tell_candidates(execution& e, const sim::trace& t, sim::graph::model_id m, stepper& steps);
// The same of an execution that does not tell every step of the trace.
struct told_numbers {
    std::vector<std::uint32_t> of;  // the step that each one of the trace became, from 1, or 0
    step_text called;               // how a sentence calls a step of the trace
};
void tell_candidates(execution& e, const sim::trace& t, sim::graph::model_id m, stepper& steps,
                     const told_numbers& told);

// The execution of a finding, candidates included. A trace of Relacy is followed under rc11, which
// is C++'s model too.
execution told(const scenarios::study::saved_finding& f, const std::string& command,
               const std::vector<scenarios::study::tried_fix>& fixes);

}  // namespace ringsim::page
