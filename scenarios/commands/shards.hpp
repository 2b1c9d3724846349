// The commands of a search on many machines: split, run, merge.
#pragma once

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

std::unique_ptr<command> make_split();
std::unique_ptr<command> make_run();
std::unique_ptr<command> make_merge();

}  // namespace ringsim::scenarios::commands
