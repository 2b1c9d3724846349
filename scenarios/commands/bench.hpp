// The command bench.
#pragma once

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

std::unique_ptr<command> make_bench();

}  // namespace ringsim::scenarios::commands
