// ringsim check --fix: which orders, line by line, would forbid a violation. Each is tried.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/program/settings.hpp"
#include "sim/check/order_at.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::commands {

// Of the execution in which the violation was found; one of each call that reports one.
std::vector<sim::check::ordered_access> accesses_of(const sim::graph::recorded_execution& e);

// As text, and back: they come from another process.
std::string to_text(const std::vector<sim::check::ordered_access>& accesses);
std::vector<sim::check::ordered_access> accesses_from(const std::string& text);

// Explores with these orders, and gives an exit status.
using exploration_with = std::function<int(const std::vector<sim::check::order_at_call>&)>;

// `before`: the orders that are given anyway.
void print_fixes(const sim::check::program_lines& lines,
                 const std::vector<sim::check::ordered_access>& accesses,
                 const std::vector<sim::check::order_at_call>& before,
                 const exploration_with& explore, const settings& global);

}  // namespace ringsim::scenarios::commands
