// The commands as a list, and what is said of the program as a whole: what `ringsim --help`, the
// manual page and the completions of shells are made from.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

inline constexpr std::string_view program_summary =
    "A laboratory for the BPF ring buffer protocol.";
// What to begin with: a line each, the command and what it shows.
extern const std::string_view program_examples;
// Of all commands: environment, exit status.
extern const std::string_view program_conventions;

// In the order of `ringsim --help`.
std::vector<std::unique_ptr<command>> make_all_commands();
// The options that stand before a command or behind it.
void declare_global(option_set& options, settings& global);

// RINGSIM_SOME_NAME, the environment twin of --some-name.
std::string environment_name(std::string_view option);

// The commands about commands.
std::unique_ptr<command> make_completion();
std::unique_ptr<command> make_manual();

}  // namespace ringsim::scenarios::commands
