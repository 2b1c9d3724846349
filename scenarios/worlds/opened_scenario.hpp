// A scenario as a program of the graph engine, for whoever drives the engine himself.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/worlds/exploration.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::worlds {

class opened_scenario {
  public:
    virtual ~opened_scenario() = default;
    virtual sim::graph::program& program() = 0;
    virtual const std::vector<sim::graph::location_info>& locations() const = 0;
    // What setup did, which ran alone.
    virtual const std::vector<sim::trace_step>& setup_steps() const = 0;
};

// `how`: nullptr is the default mapping of the model. `s` outlives what is returned. Throws
// user_error if the variant is none of the scenario.
std::unique_ptr<opened_scenario> open_scenario(const scenario& s, const variant& v,
                                               sim::graph::model_id m,
                                               const sim::graph::mapping* how = nullptr);

}  // namespace ringsim::scenarios::worlds
