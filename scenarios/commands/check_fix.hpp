// ringsim check --fix: which orders, line by line, would forbid a violation. Each is tried.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/program/settings.hpp"
#include "sim/check/order_at.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::commands {

// An access of the execution in which the violation was found.
struct ordered_access {
    std::uint64_t offset = 0;  // of the call that reports it
    access kind = access::load;
    order how = order::relaxed;
};

std::vector<ordered_access> accesses_of(const sim::graph::recorded_execution& e);

// As text, and back: they come from another process.
std::string to_text(const std::vector<ordered_access>& accesses);
std::vector<ordered_access> accesses_from(const std::string& text);

// Explores with these orders, and gives an exit status.
using exploration_with = std::function<int(const std::vector<sim::check::order_at_call>&)>;

// `before`: the orders that are given anyway.
void print_fixes(const sim::check::program_lines& lines,
                 const std::vector<ordered_access>& accesses,
                 const std::vector<sim::check::order_at_call>& before,
                 const exploration_with& explore, const settings& global);

}  // namespace ringsim::scenarios::commands
