// Memory models and mappings by the names that users give them.
#pragma once

#include <string_view>
#include <vector>

#include "sim/graph/mapping.hpp"

namespace ringsim::scenarios::study {

// "sc,rc11" or "all": the models, in the order of model_names, each once. Throws user_error.
std::vector<sim::graph::model_id> models_named(std::string_view list);

// Of the mappings named in `list` the one for model `m`; nullptr, the default, if none is for it.
// Throws user_error if a name is no mapping of any of `models`.
const sim::graph::mapping* mapping_named(std::string_view list, sim::graph::model_id m,
                                         const std::vector<sim::graph::model_id>& models);

}  // namespace ringsim::scenarios::study
