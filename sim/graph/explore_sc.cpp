// The explorers of sc (sequential consistency, with which the other models are compared).
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/sc.hpp"

namespace ringsim::sim::graph {

const model_explorers sc_explorers = explorers_of<sc_model>();

}  // namespace ringsim::sim::graph
