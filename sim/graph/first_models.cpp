// The explorers in the small program that the launcher builds first: those of the model that
// `ringsim explore` takes.
#include "sim/graph/explore_models.hpp"

namespace ringsim::sim::graph {

const std::array<const model_explorers*, model_count> all_explorers = [] {
    std::array<const model_explorers*, model_count> only{};
    only[static_cast<std::size_t>(model_id::rc11)] = &rc11_explorers;
    return only;
}();

}  // namespace ringsim::sim::graph
