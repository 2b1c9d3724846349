// A finding with all that the page tells of it.
#pragma once

#include <string>
#include <vector>

#include "page/execution.hpp"
#include "scenarios/study/finding.hpp"
#include "scenarios/study/fixes.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::page {

// Tells of each read which stores it could have read, as far as the engine of execution graphs
// follows the trace.
void tell_candidates(execution& e, const sim::trace& t, sim::graph::model_id m,
                     sim::graph::program& p,
                     const std::vector<sim::graph::location_info>& locations);

// The execution of a finding, candidates included. A trace of Relacy is followed under rc11, which
// is C++'s model too.
execution told(const scenarios::study::saved_finding& f, const std::string& command,
               const std::vector<scenarios::study::tried_fix>& fixes);

}  // namespace ringsim::page
