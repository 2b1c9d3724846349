// The checkpoint is a result of a shard that is the whole search (scenarios/study/shard.hpp): what
// came of the part that has been gone through, and which part is left. It is written in one step,
// so a program that is killed leaves the one before.
#include "scenarios/commands/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/searched_parts.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/shard_sum.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr double default_seconds_between = 2;

// A checkpoint of a whole search, and not of one of its shards.
study::shard_result read_checkpoint(const std::string& path) {
    study::shard_result r = study::read_result(path);
    const auto& end = r.rest ? r.rest->until : r.part.until;
    const bool meet = !r.rest || r.part.until == r.rest->begin;
    if (!r.part.begin.empty() || end || !meet)
        throw user_error(path +
                         ": is no checkpoint of a whole search, but of a shard; see "
                         "`ringsim run --help`");
    return r;
}

}  // namespace

void checkpoint_options::declare(option_set& options) {
    options.text("--checkpoint", file_, "FILE",
                 "write what is known into FILE every few seconds; of one search");
    options.text("--resume", resume_, "FILE", "go on from there, and write there");
    options.text("--every", every_, "TIME", "how often (2s)");
}

void checkpoint_options::check_pair() const {
    if (file_.empty() && resume_.empty())
        throw user_error("--every goes with --checkpoint or --resume");
    if (!file_.empty() && !resume_.empty())
        throw user_error("--checkpoint begins a search, --resume goes on with one: not both");
}

void checkpoint_options::check(const std::vector<std::string>& names,
                               const graph_command_options& asked) const {
    check_pair();
    if (!resume_.empty() && !names.empty())
        throw user_error("--resume: the file says what is searched; leave out " + names.front());
    if (!resume_.empty() && asked.chosen())
        throw user_error("--resume: the file says what is searched; leave out what says it here");
}

double checkpoint_options::seconds_between() const {
    return every_.empty() ? default_seconds_between : parse_time_limit("--every", every_);
}

int checkpoint_options::run(const settings& global, const std::vector<std::string>& names,
                            const graph_command_options& asked) const {
    check(names, asked);
    const double between = seconds_between();
    std::optional<study::shard_result> known;
    if (!resume_.empty()) known = read_checkpoint(resume_);
    const known_problem k =
        known ? find_problem(known->of, resume_) : one_problem("--checkpoint", names, asked);
    const std::string& file = known ? resume_ : file_;
    if (!known && std::filesystem::exists(file))
        throw user_error(file + ": is there already; --resume goes on with it");
    const study::shared_problem of = problem_of(*k.of, k.code, k.how);
    const interruptible guard;
    std::optional<sim::graph::part> rest = known ? known->rest : std::optional(sim::graph::part{});
    while (rest && !worlds::interrupted) {
        const study::shard_result more{search_part(*k.of, k.code, k.how.graph, *rest, between), of};
        known = known ? merged(*known, more) : more;
        rest = known->rest;
        study::write_at_once(file, to_text(*known));
    }
    if (!rest) {
        const auto all = with_all_executions(k, *known);
        if (all) return report_parts(k, *all, 0, global);
    }
    fmt::print("interrupted after {} executions: ringsim verify --resume {}\n",
               known ? known->executions + known->ended_early : 0, file);
    return exit_inconclusive;
}

}  // namespace ringsim::scenarios::commands
