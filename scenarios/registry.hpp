// For a program that brings scenarios of its own: it adds them, and then runs the command line.
#pragma once

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

// `s` is one of all_scenarios() from now on, behind those of ringsim. It must outlive all use, and
// its name must be a new one: throws std::invalid_argument. Not while another thread explores.
void add_scenario(const scenario& s);

}  // namespace ringsim::scenarios
