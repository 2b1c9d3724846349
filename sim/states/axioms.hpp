// Whether the axioms of a model allow an execution that its machine told. They do where the machine
// is exact; where it is weaker than the model, this tells what it found from what there is.
#pragma once

#include <vector>

#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::states {

// The execution is made again by the engine of graphs, event by event. One that is larger than a
// graph may be counts as forbidden: nobody can say.
bool axioms_allow(graph::model_id m, const graph::recorded_execution& e,
                  const std::vector<graph::location_info>& locations);

}  // namespace ringsim::sim::states
