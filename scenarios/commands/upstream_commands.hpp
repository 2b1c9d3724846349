// The commands on the kernel's and libbpf's own files.
#pragma once

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

std::unique_ptr<command> make_upstream();
std::unique_ptr<command> make_kernel();

}  // namespace ringsim::scenarios::commands
