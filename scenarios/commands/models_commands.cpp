// The commands of the program that the launcher builds next: those which need all memory models and
// nothing of check, of litmus tests and of pages. The launcher has the same list.
#include "scenarios/commands/all_commands.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr command_maker models_commands[] = {make_explore, make_verify, make_outcomes, make_matrix,
                                             make_replay,  make_list,   make_models};

}  // namespace

std::vector<std::unique_ptr<command>> make_all_commands() {
    return made(models_commands);
}

}  // namespace ringsim::scenarios::commands
