// What the engine of states found, as any engine's result.
#pragma once

#include "scenarios/worlds/states.hpp"
#include "sim/graph/engine.hpp"

namespace ringsim::scenarios::worlds {

// Fills out.result from out.states.
void fill_result(states_exploration& out, const scenario& s, const sim::graph::engine& engine);

}  // namespace ringsim::scenarios::worlds
