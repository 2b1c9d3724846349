// Each of the three compiles the program and begins with the first leaves of its search
// (sim/graph/pieces.hpp), in the same round of runtime::explore(): what is found out about the
// program before that is found out once more each time.
#include "scenarios/commands/check_shards.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "scenarios/commands/best_violation.hpp"
#include "scenarios/commands/check_search.hpp"
#include "scenarios/commands/keep_addresses.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/named_program.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"
#include "sim/graph/explore.hpp"
#include "sim/graph/pieces.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace fs = std::filesystem;
namespace graph = sim::graph;
using clock = std::chrono::steady_clock;

// What is looked around for news takes so many times as long as a search that stays in one process.
constexpr int times_alone = 25;
// What came of a piece with violations is of no use to who looks at them, so they are in one that
// is no larger than what is looked at.
constexpr std::uint64_t executions_to_look_at = executions_after_first + 1;

// Whatever ends a search ends it for whoever runs only a part of it, too.
graph::exploration_report explore_alone(graph::model_id m, graph::program& p,
                                        const std::vector<graph::location_info>& locations,
                                        const graph::exploration_limits& limits,
                                        graph::observer& watcher) {
    return graph::explore_exhaustively(m, p, locations, limits, watcher);
}

// --- split ---------------------------------------------------------------------------------------

// Looks around first, in a process of its own: what is found out on the way is not known to whoever
// goes through a shard.
class splitting final : public check_search {
  public:
    splitting(study::shared_problem of, graph::model_id m, std::uint64_t into,
              std::string directory)
        : of_(std::move(of)), model_(m), into_(into), directory_(std::move(directory)) {}

    void built(const check::built_program& program) override {
        of_.checked->built = hash_of_image(program.path);
    }
    graph::exploration_report explore(unsigned round, graph::program& p,
                                      const std::vector<graph::location_info>& locations,
                                      const graph::exploration_limits& limits,
                                      graph::observer& watcher, graph::gathered& learned) override {
        if (round == 1) look_around();
        graph::observer nobody;
        if (scouts_) {
            graph::search_in_pieces search(model_, p, locations, limits, learned);
            const auto report = search.look_around(graph::alone_now() * times_alone);
            begun_ = search.seen();
            round_ = round;
            return report;
        }
        // It cannot be explored, as `check` says then.
        if (round_ == 0) return explore_alone(model_, p, locations, limits, watcher);
        if (round < round_) return explore_alone(model_, p, locations, limits, nobody);
        over_ = true;
        graph::search_in_pieces search(model_, p, locations, limits, learned);
        const auto report = search.go_through_beginning(begun_);
        if (report.end != graph::exploration_end::limit) {
            status_ = exit_usage;
            std::cerr << fmt::format(
                "ringsim: {}: is explored in one go: there is nothing to cut\n",
                of_.checked->files.front());
            return report;
        }
        write_shards(search.cut(into_));
        return report;
    }
    bool judges() const override { return false; }
    bool over() const override { return over_; }
    std::optional<int> status() const override { return status_; }
    void explored(bool refused) override {
        if (!scouts_ && !over_ && !refused) {
            status_ = exit_inconclusive;
            std::cerr << fmt::format(
                "ringsim: {}: cannot be cut: what it is differs from one search to the next\n",
                of_.checked->files.front());
        }
        if (!scouts_) return;
        if (refused) round_ = 0;
        const std::uint64_t said[] = {round_, begun_.leaves, begun_.symmetry ? 1u : 0u};
        const ssize_t n = write(tells_, said, sizeof said);
        _exit(n == sizeof said ? 0 : exit_bug);
    }

  private:
    // Behind this, there are two processes; the one that looks around ends in explored().
    void look_around() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw machine_error("cannot make a pipe");
        std::cout.flush();
        std::fflush(stdout);
        const pid_t child = fork();
        if (child < 0) throw machine_error("cannot start a process");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            close(ends[0]);
            scouts_ = true;
            tells_ = ends[1];
            return;
        }
        close(ends[1]);
        std::uint64_t said[3]{};
        ssize_t n = 0;
        while ((n = read(ends[0], said, sizeof said)) < 0 && errno == EINTR) {
        }
        close(ends[0]);
        while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
        }
        if (n != sizeof said) return;
        round_ = said[0];
        begun_.leaves = said[1];
        begun_.symmetry = said[2] != 0;
    }

    void write_shards(const std::vector<graph::part>& parts) {
        of_.checked->round = round_;
        of_.checked->begun = begun_;
        for (std::size_t i = 0; i < parts.size(); ++i)
            study::write_at_once(fmt::format("{}/{:04}.shard", directory_, i + 1),
                                 to_text(study::shard{of_, parts[i]}));
        std::cout << fmt::format("{}: {} shards of {}   model {}\n", directory_, parts.size(),
                                 of_.checked->files.front(), of_.model);
        status_ = exit_expected;
    }

    study::shared_problem of_;
    const graph::model_id model_;
    const std::uint64_t into_;
    const std::string directory_;
    bool scouts_ = false;
    int tells_ = -1;  // for the one that looks around
    std::uint64_t round_ = 0;
    graph::beginning begun_;
    bool over_ = false;
    std::optional<int> status_;
};

// --- run and merge -------------------------------------------------------------------------------

// The program that a shard names.
class found_again : public check_search {
  public:
    found_again(const study::shared_problem& of, std::string path)
        : of_(of, std::move(path)), model_(study::models_named(of.model).front()) {}

    const check_options& options() const { return of_.options(); }
    void built(const check::built_program& program) override { of_.refuse_another(program); }

  protected:
    const study::checked_program& of() const { return of_.what(); }
    graph::model_id model() const { return model_; }
    const std::string& path() const { return of_.path(); }

  private:
    const named_program of_;
    const graph::model_id model_;
};

class running_shard final : public found_again {
  public:
    running_shard(const shard_run& asked, std::string result_path)
        : found_again(asked.of.of, asked.path),
          asked_(asked),
          result_path_(std::move(result_path)),
          known_(asked.known.value_or(study::shard_result{})) {
        if (!asked.known) {
            known_.of = asked.of.of;
            known_.rest = asked.of.part;
        }
        known_.part.begin = asked.of.part.begin;
    }

    graph::exploration_report explore(unsigned round, graph::program& p,
                                      const std::vector<graph::location_info>& locations,
                                      const graph::exploration_limits& limits, graph::observer&,
                                      graph::gathered& learned) override {
        graph::observer nobody;
        if (round < of().round) return explore_alone(model(), p, locations, limits, nobody);
        over_ = true;
        graph::search_in_pieces search(model(), p, locations, limits, learned);
        graph::beginning mine = of().begun;
        const auto report = search.go_through_beginning(mine);
        if (report.end != graph::exploration_end::limit || mine != of().begun)
            throw user_error(path() +
                             ": the program does not do here what it did when the search "
                             "was split");
        learned.in_another_process();
        while (known_.rest && !worlds::interrupted && !is_over_budget()) go_on(search);
        status_ = told();
        return report;
    }
    bool judges() const override { return false; }
    bool over() const override { return over_; }
    std::optional<int> status() const override { return status_; }

  private:
    // However small the budget is, there is some progress.
    bool is_over_budget() const {
        const std::chrono::duration<double> spent = clock::now() - started_;
        return progress_ && spent.count() >= asked_.budget;
    }
    void go_on(graph::search_in_pieces& search) {
        const auto began = clock::now();
        const double between = std::min(asked_.between, asked_.budget);
        std::uint64_t leaves = 0;
        graph::part_in_pieces part{std::move(known_.pieces), known_.rest};
        search.go_on(part, options().keep_going, executions_to_look_at, [&] {
            if (worlds::interrupted) return true;
            if (++leaves % 64 != 0) return false;
            const std::chrono::duration<double> spent = clock::now() - began;
            return spent.count() >= between;
        });
        known_.pieces = std::move(part.pieces);
        known_.rest = std::move(part.rest);
        known_.part.until = known_.rest ? std::optional(known_.rest->begin) : asked_.of.part.until;
        study::write_at_once(result_path_, to_text(known_));
        progress_ = true;
    }
    int told() const {
        std::uint64_t executions = 0;
        bool left = false;
        for (const graph::piece& p : known_.pieces) {
            executions += p.report.executions + p.report.ended_early;
            left = left || p.is == graph::piece::left;
        }
        std::cout << fmt::format("{}: {} executions{}\n", path(), executions,
                                 known_.rest ? ", and not finished: run it again"
                                 : left      ? ", and the rest is left to merge"
                                             : "");
        return known_.rest ? exit_inconclusive : exit_expected;
    }

    const shard_run& asked_;
    const std::string result_path_;
    study::shard_result known_;
    const clock::time_point started_ = clock::now();
    bool progress_ = false;
    bool over_ = false;
    std::optional<int> status_;
};

class merging final : public found_again {
  public:
    merging(const study::shard_result& total, const std::string& path)
        : found_again(total.of, path), pieces_(total.pieces) {}

    graph::exploration_report explore(unsigned round, graph::program& p,
                                      const std::vector<graph::location_info>& locations,
                                      const graph::exploration_limits& limits,
                                      graph::observer& watcher, graph::gathered& learned) override {
        if (round < of().round) return explore_alone(model(), p, locations, limits, watcher);
        if (round > of().round)
            return graph::explore_with_jobs(model(), p, locations, limits, watcher, learned);
        return graph::explore_with_pieces(model(), p, locations, limits, watcher, learned,
                                          of().begun, pieces_);
    }

  private:
    const std::vector<graph::piece>& pieces_;
};

}  // namespace

void refuse_uncuttable(const check_options& what) {
    const auto models = study::models_named(what.model);
    if (models.size() != 1) throw user_error("split: takes one model, as in --model rc11");
    if (what.mapping == "compilers")
        throw user_error("split: takes one mapping, and not --mapping compilers");
}

int split_program(const check_options& what, std::uint64_t into, const std::string& directory,
                  const settings& global) {
    const graph::model_id m = study::models_named(what.model).front();
    splitting search(problem_of(what), m, into, directory);
    return check_in_parts(what, search, global);
}

int run_program_shard(const shard_run& asked, const settings& global) {
    keep_addresses();
    running_shard search(asked, fs::absolute(study::result_path(asked.path)).string());
    return check_in_parts(search.options(), search, global);
}

int merge_program(const study::shard_result& total, const std::string& path,
                  const settings& global) {
    keep_addresses();
    merging search(total, path);
    return check_in_parts(search.options(), search, global);
}

}  // namespace ringsim::scenarios::commands
