// The commands of the program.
#include "scenarios/commands/all_commands.hpp"
#include "scenarios/commands/bench.hpp"
#include "scenarios/commands/page_commands.hpp"
#include "scenarios/commands/shards.hpp"
#include "scenarios/commands/upstream_commands.hpp"

namespace ringsim::scenarios::commands {
namespace {

// In the order of `ringsim --help`.
constexpr command_maker all_commands[] = {
    make_explore, make_verify, make_outcomes, make_matrix,     make_weaken,   make_compare,
    make_gate,    make_replay, make_show,     make_step,       make_serve,    make_teach,
    make_cross,   make_litmus, make_export,   make_check,      make_upstream, make_kernel,
    make_museum,  make_live,   make_doctor,   make_list,       make_models,   make_split,
    make_run,     make_merge,  make_bench,    make_completion, make_manual};

}  // namespace

std::vector<std::unique_ptr<command>> make_all_commands() {
    return made(all_commands);
}

}  // namespace ringsim::scenarios::commands
