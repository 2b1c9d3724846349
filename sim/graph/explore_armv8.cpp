// Of armv8-rcpc too: the two differ in their mappings alone, which the engine never sees.
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/armv8.hpp"

namespace ringsim::sim::graph {

const model_explorers armv8_explorers = explorers_of<armv8_model>();

}  // namespace ringsim::sim::graph
