// The explorers of power (Power).
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/power.hpp"

namespace ringsim::sim::graph {

const model_explorers power_explorers = explorers_of<power_model>();

}  // namespace ringsim::sim::graph
