// The explorers of rc11 (C11's and C++'s own model, repaired).
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/rc11.hpp"

namespace ringsim::sim::graph {

const model_explorers rc11_explorers = explorers_of<rc11_model>();

}  // namespace ringsim::sim::graph
