// split, run, merge: a search on as many machines as there are, by whatever runs jobs on them.
#include "scenarios/commands/shards.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>

#include "scenarios/commands/check_options.hpp"
#include "scenarios/commands/check_shards.hpp"
#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/commands/keep_addresses.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/commands/searched_parts.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/shard.hpp"
#include "scenarios/study/shard_sum.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace fs = std::filesystem;

// A scenario has no point in its name, and a file has one, or a directory.
bool names_file(const std::string& word) {
    return word.find_first_of("./") != std::string::npos;
}

// What is known of a shard; nothing if nobody began.
std::optional<study::shard_result> known_result(const study::shard& s, const std::string& path) {
    const std::string file = study::result_path(path);
    if (!fs::exists(file)) return std::nullopt;
    study::shard_result r = study::read_result(file);
    const auto& end = r.rest ? r.rest->until : r.part.until;
    const bool meet = !r.rest || r.part.until == r.rest->begin;
    if (r.of != s.of || r.part.begin != s.part.begin || end != s.part.until || !meet)
        throw user_error(file + ": is not the result of " + path);
    return r;
}

class split_command final : public command {
  public:
    std::string_view name() const override { return "split"; }
    std::string_view summary() const override {
        return "cut a search into shards for many machines";
    }
    std::string_view examples() const override {
        return "Each shard is a small file. `ringsim run` goes through it, anywhere; `ringsim "
               "merge` adds up\n"
               "what came of all, and says so if something is missing or there twice.\n\n"
               "Examples:\n"
               "  ringsim split two-producers --orders libbpf --model rc11 --into 100 -o shards\n"
               "  ringsim split queue.c --model rc11 --into 100 -o shards -- -DN=5\n"
               "  parallel ringsim run ::: shards/*.shard\n"
               "  ringsim merge shards\n";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 256,
                         "which scenario; or C and C++ files, as `check` takes them");
        graph_.declare(options);
        program_.declare_first(options);
        program_.declare_rest(options);
        options.number("--into", into_, 1, 100'000, "how many shards, about (16)");
        options.text("-o", directory_, "DIR", "write them into this directory");
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { program_.flags = std::move(words); }

    int run(const settings& global) override {
        if (directory_.empty()) throw user_error("split: needs -o DIR");
        if (std::ranges::any_of(names_, names_file)) return split_files(global);
        if (const std::string idle = program_.given(); !idle.empty())
            throw user_error(idle + ": goes with files, and " + names_.front() + " is a scenario");
        if (!program_.flags.empty())
            throw user_error("what is behind -- goes to a compiler, and a scenario has none");
        const auto [of, code, how] = one_problem("split", names_, graph_);
        make_directory();
        const auto parts = parts_of_search(*of, code, how.graph, into_);
        for (std::size_t i = 0; i < parts.size(); ++i)
            study::write_at_once(fmt::format("{}/{:04}.shard", directory_, i + 1),
                                 to_text(study::shard{problem_of(*of, code, how), parts[i]}));
        fmt::print("{}: {} shards of {}   orders {}   trigger {}   model {}\n", directory_,
                   parts.size(), of->name, code.orders_name, study::name(code.how),
                   how.model_and_mapping());
        return exit_expected;
    }

  private:
    void make_directory() const {
        std::error_code error;
        fs::create_directories(directory_, error);
        if (error) throw output_error("cannot make " + directory_ + ": " + error.message());
        if (fs::directory_iterator(directory_) != fs::directory_iterator())
            throw user_error(directory_ + ": is not empty");
    }
    int split_files(const settings& global) {
        if (const std::string_view idle = graph_.only_for_scenarios(); !idle.empty())
            throw user_error(
                fmt::format("{}: goes with a scenario, and {} is a file", idle, names_.front()));
        if (!graph_.exhaustive())
            throw user_error("split: only a search of every execution can be cut");
        if (const std::string_view limit = graph_.limit(); !limit.empty())
            throw user_error(
                fmt::format("split: goes through all of a search; leave out {}", limit));
        program_.files = names_;
        program_.model = graph_.model_or(program_.model);
        program_.mapping = graph_.mapping();
        keep_addresses();
        refuse_uncuttable(program_);
        make_directory();
        return split_program(program_, into_, directory_, global);
    }

    std::vector<std::string> names_;
    graph_command_options graph_;
    check_options program_;
    std::uint64_t into_ = 16;
    std::string directory_;
};

class run_command final : public command {
  public:
    std::string_view name() const override { return "run"; }
    std::string_view summary() const override { return "go through shards of a search"; }
    std::string_view examples() const override {
        return "What came of a shard is written beside it every few seconds. What was killed goes "
               "on from\n"
               "there when it is run again; what is finished is left alone. --jobs shards at a "
               "time.\n\n"
               "Examples:\n"
               "  ringsim run shards/0001.shard            one of them\n"
               "  ringsim run shards                       all of a directory\n"
               "  ringsim run shards/0001.shard --budget 10m\n";
    }
    void declare(option_set& options) override {
        options.operands("SHARD", paths_, 100'000, "shards, or a directory of them");
        options.text("--budget", budget_, "TIME",
                     "leave what is left of a shard after so long: 10 or 10s, 500ms, 2m");
        options.text("--every", every_, "TIME", "how often what is known is written down (2s)");
    }

    int run(const settings& global) override {
        if (paths_.empty()) throw user_error("run: name a shard, or a directory of shards");
        if (!budget_.empty()) seconds_ = parse_time_limit("--budget", budget_);
        std::vector<std::string> all;
        for (const std::string& path : paths_)
            if (fs::is_directory(path))
                std::ranges::copy(study::shards_in(path), std::back_inserter(all));
            else
                all.push_back(path);
        if (!every_.empty()) seconds_between_ = parse_time_limit("--every", every_);
        // Before there are several processes: this one begins again.
        if (std::ranges::any_of(all, [](const std::string& path) {
                return study::read_shard(path).of.checked.has_value();
            }))
            keep_addresses();
        const interruptible guard;
        if (all.size() == 1) return run_shard(all.front(), global);
        return run_several(all, global);
    }

  private:
    // One process for each, so many at a time.
    int run_several(const std::vector<std::string>& all, const settings& global) const {
        std::map<pid_t, std::string> at_work;
        std::size_t next = 0;
        int worst = exit_expected;
        const auto wait_for_one = [&] {
            int ended = 0;
            const pid_t who = wait(&ended);
            if (who < 0) return;  // a signal: everybody has it too, and ends
            if (!WIFEXITED(ended))
                std::cerr << "ringsim: " << at_work[who] << ": its process was killed\n";
            worst = std::max(worst, WIFEXITED(ended) ? WEXITSTATUS(ended) : exit_inconclusive);
            at_work.erase(who);
        };
        while ((next < all.size() && !worlds::interrupted) || !at_work.empty()) {
            if (next == all.size() || worlds::interrupted || at_work.size() == sim::graph::jobs()) {
                wait_for_one();
                continue;
            }
            const pid_t child = fork();
            if (child < 0) throw machine_error("cannot start a process");
            if (child == 0) run_and_exit(all[next], global);
            at_work[child] = all[next++];
        }
        return worlds::interrupted ? std::max<int>(worst, exit_inconclusive) : worst;
    }

    [[noreturn]] void run_and_exit(const std::string& path, const settings& global) const {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int status = exit_bug;
        try {
            status = run_shard(path, global);
        } catch (const user_error& e) {
            std::cerr << "ringsim: " << e.what() << '\n';
            status = exit_usage;
        } catch (const std::exception& e) {
            std::cerr << "[ringsim bug] " << e.what() << '\n';
        }
        std::cout.flush();
        std::fflush(stdout);
        _exit(status);
    }

    int run_shard(const std::string& path, const settings& global) const {
        const study::shard s = study::read_shard(path);
        std::optional<study::shard_result> known = known_result(s, path);
        if (s.of.checked)
            return run_program_shard({path, s, std::move(known), seconds_, seconds_between_},
                                     global);
        const known_problem k = find_problem(s.of, path);
        const auto started = std::chrono::steady_clock::now();
        std::optional<sim::graph::part> rest = known ? known->rest : std::optional(s.part);
        // However small the budget is, there is some progress.
        for (bool first = true; rest && !worlds::interrupted; first = false) {
            const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
            if (!first && spent.count() >= seconds_) break;
            const study::shard_result more{search_part(*k.of, k.code, k.how.graph, *rest,
                                                       std::min(seconds_between_, seconds_)),
                                           s.of};
            known = known ? merged(*known, more) : more;
            rest = known->rest;
            study::write_at_once(study::result_path(path), to_text(*known));
        }
        const std::uint64_t done = known ? known->executions + known->ended_early : 0;
        if (!rest) {
            fmt::print("{}: {} executions\n", path, done);
            return exit_expected;
        }
        fmt::print("{}: {} executions, and not finished: run it again\n", path, done);
        return exit_inconclusive;
    }

    std::vector<std::string> paths_;
    std::string budget_;
    std::string every_;
    double seconds_ = 1e18;
    double seconds_between_ = 2;
};

class merge_command final : public command {
  public:
    std::string_view name() const override { return "merge"; }
    std::string_view summary() const override {
        return "add up what came of the shards of a search";
    }
    std::string_view examples() const override {
        return "Says so, and what, if the shards do not make up the whole search, each part "
               "once.\n\n"
               "Examples:\n"
               "  ringsim merge shards\n";
    }
    void declare(option_set& options) override {
        options.operands("DIR", directories_, 1, "the directory of the shards");
    }

    int run(const settings& global) override {
        if (directories_.empty()) throw user_error("merge: name the directory of the shards");
        const std::vector<std::string> paths = study::shards_in(directories_.front());
        const study::shared_problem of = study::read_shard(paths.front()).of;
        std::optional<known_problem> k;
        if (of.checked)
            keep_addresses();
        else
            k = find_problem(of, paths.front());
        study::shard_sum sum(of, paths.front());
        for (const std::string& path : paths) {
            const study::shard s = study::read_shard(path);
            sum.add(path, s, known_result(s, path));
        }
        sum.end();
        if (!sum.missing().empty()) {
            for (const std::string& line : sum.missing()) std::cerr << "ringsim: " << line << '\n';
            return exit_inconclusive;
        }
        if (!k) return merge_program(sum.total(), paths.front(), global);
        const interruptible guard;
        const auto all = with_all_executions(*k, sum.total());
        if (all) return report_parts(*k, *all, paths.size(), global);
        std::cerr << "ringsim: interrupted: merge them again\n";
        return exit_inconclusive;
    }

  private:
    std::vector<std::string> directories_;
};

}  // namespace

std::unique_ptr<command> make_split() {
    return std::make_unique<split_command>();
}
std::unique_ptr<command> make_run() {
    return std::make_unique<run_command>();
}
std::unique_ptr<command> make_merge() {
    return std::make_unique<merge_command>();
}

}  // namespace ringsim::scenarios::commands
