// The explorers of all models, in the order of model_id: a model's number is its place here.
#include "sim/graph/explore_models.hpp"

namespace ringsim::sim::graph {

const std::array<const model_explorers*, model_count> all_explorers{
    &sc_explorers,    &x86_tso_explorers, &rc11_explorers,
    &armv8_explorers, &armv8_explorers,  // armv8-rcpc: the mapping makes the difference
    &riscv_explorers, &power_explorers,   &lkmm_explorers,
};

}  // namespace ringsim::sim::graph
