// The commands of page/, beside show: apart from command.hpp, so that whoever only derives from
// `command` is not compiled again for them.
#pragma once

#include <memory>

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

std::unique_ptr<command> make_serve();
std::unique_ptr<command> make_step();
std::unique_ptr<command> make_teach();

}  // namespace ringsim::scenarios::commands
