// The commands as a list, and what is said of the program as a whole: what `ringsim --help`, the
// manual page and the completions of shells are made from.
#pragma once

#include <memory>
#include <span>
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

// The commands of the program that is linked, in the order of its `--help`. There are two programs:
// command_table.cpp has the commands of `ringsim`, first_commands.cpp those of a small one.
std::vector<std::unique_ptr<command>> make_all_commands();

using command_maker = std::unique_ptr<command> (*)();
inline std::vector<std::unique_ptr<command>> made(std::span<const command_maker> makers) {
    std::vector<std::unique_ptr<command>> commands;
    for (const command_maker make : makers) commands.push_back(make());
    return commands;
}

// The options that stand before a command or behind it.
void declare_global(option_set& options, settings& global);

// RINGSIM_SOME_NAME, the environment twin of --some-name.
std::string environment_name(std::string_view option);

// The commands about commands.
std::unique_ptr<command> make_completion();
std::unique_ptr<command> make_manual();

}  // namespace ringsim::scenarios::commands
