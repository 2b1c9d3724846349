// The matrix of sites, orders and memory models: one site is weakened at a time, and each model
// says how many scenarios need it as it was.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/program/settings.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/study/search.hpp"

namespace ringsim::scenarios::commands {

// Explores, prints, and returns the exit status. A scenario that is violated as given under a model
// says nothing under that model. `time` is what --time gave, or empty.
int run_matrix_of_models(const settings& global, const std::vector<const scenario*>& scenarios,
                         const worlds::variant& base,
                         const std::vector<sim::graph::model_id>& models, std::string_view time);

}  // namespace ringsim::scenarios::commands
