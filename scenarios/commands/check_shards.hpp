// Shards of the search of a program: the part of split, run and merge that knows what `check` does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/commands/check_options.hpp"
#include "scenarios/program/settings.hpp"
#include "scenarios/study/shard.hpp"

namespace ringsim::scenarios::commands {

// Throws user_error, if its search cannot be cut.
void refuse_uncuttable(const check_options& what);
// Cuts it into about so many shards, in a directory that is there and empty. Returns an exit
// status.
int split_program(const check_options& what, std::uint64_t into, const std::string& directory,
                  const settings& global);

// Goes on with a shard, and writes what is known every few seconds. Returns an exit status.
struct shard_run {
    std::string path;
    study::shard of;
    std::optional<study::shard_result> known;
    double budget;   // seconds, of this process
    double between;  // two times that it is written down
};
int run_program_shard(const shard_run& asked, const settings& global);

// Prints what `check` would have printed, with what came of all shards. `path`: of one of them.
int merge_program(const study::shard_result& total, const std::string& path,
                  const settings& global);

}  // namespace ringsim::scenarios::commands
