// The explorers of lkmm (the kernel's own model).
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/lkmm.hpp"

namespace ringsim::sim::graph {

const model_explorers lkmm_explorers = explorers_of<lkmm_model>();

}  // namespace ringsim::sim::graph
