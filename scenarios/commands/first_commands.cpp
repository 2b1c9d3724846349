// The commands of the small program that the launcher builds for somebody's first command: those
// which need the engines, and of the memory models one. The launcher has the same list.
#include "scenarios/commands/all_commands.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr command_maker first_commands[] = {make_explore, make_replay, make_list};

}  // namespace

std::vector<std::unique_ptr<command>> make_all_commands() {
    return made(first_commands);
}

}  // namespace ringsim::scenarios::commands
