// What the commands have in common that go through a search in parts: split, run and merge, and
// verify with a checkpoint.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/program/settings.hpp"
#include "scenarios/study/shard.hpp"

namespace ringsim::scenarios::commands {

// A search that a file names, found again.
struct known_problem {
    const scenario* of;
    worlds::variant code;
    study::search how;
};

// The one scenario, variant and model that were asked for. Throws user_error, as `command`: if
// there are several, or if the search cannot be cut into parts.
known_problem one_problem(std::string_view command, const std::vector<std::string>& names,
                          const graph_command_options& asked);
// Throws user_error: this program goes through it in another order than the one that wrote `path`.
known_problem find_problem(const study::shared_problem& p, const std::string& path);

// What came of all parts, with the executions that come behind all of them (load buffering): no
// part has these. Nothing, if it was interrupted.
std::optional<study::shard_result> with_all_executions(const known_problem& k,
                                                       const study::shard_result& r);
// Prints what came of all parts together; `parts`, if not 0, says how many there were. Returns an
// exit status.
int report_parts(const known_problem& k, const study::shard_result& r, std::size_t parts,
                 const settings& global);

}  // namespace ringsim::scenarios::commands
