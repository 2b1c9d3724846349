// Scenarios on the engine of states.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "scenarios/worlds/exploration.hpp"
#include "sim/states/explore.hpp"

namespace ringsim::scenarios::worlds {

struct states_options {
    sim::graph::model_id model = sim::graph::model_id::rc11;
    sim::states::exploration_limits limits;
    // Called at each end, with the violation that it is, or none.
    std::function<void(const outcome&, sim::violation found)> on_outcome;
    // Called when the exploration begins, and again if it must begin afresh.
    std::function<void()> on_begin;
    std::function<void(const sim::states::exploration_report&)> progress;
};

struct states_exploration {
    // The verdict and the counterexample; executions are not counted.
    exploration result;
    sim::states::exploration_report states;
};

// Why the engine cannot run the scenario under the model, as one clause; empty if it can.
std::string why_no_states(const scenario& s, const variant& v, sim::graph::model_id m);

// The scenario as it is, with the records that its threads make. Throws user_error if it cannot be
// run.
states_exploration explore_with_states(const scenario& s, const variant& v,
                                       const states_options& options);

}  // namespace ringsim::scenarios::worlds
