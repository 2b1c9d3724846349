// The explorers of x86-tso (the store buffers of x86).
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/x86_tso.hpp"

namespace ringsim::sim::graph {

const model_explorers x86_tso_explorers = explorers_of<x86_tso_model>();

}  // namespace ringsim::sim::graph
