// Memory models by the names that users give them.
#pragma once

#include <string_view>
#include <vector>

#include "sim/graph/mapping.hpp"

namespace ringsim::scenarios {

// "sc,rc11" or "all": the models, in the order of model_names, each once. Throws user_error.
std::vector<sim::graph::model_id> models_named(std::string_view list);

}  // namespace ringsim::scenarios
