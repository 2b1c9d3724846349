// The explorers of riscv (RISC-V's weak model).
#include "sim/graph/explore_models.hpp"
#include "sim/graph/explore_with.hpp"
#include "sim/graph/models/riscv.hpp"

namespace ringsim::sim::graph {

const model_explorers riscv_explorers = explorers_of<riscv_model>();

}  // namespace ringsim::sim::graph
