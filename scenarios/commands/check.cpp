// ringsim check: explore an ordinary C or C++ program with threads.
#include <fmt/format.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <tuple>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/exploration.hpp"
#include "scenarios/render/check_report.hpp"
#include "scenarios/user_error.hpp"
#include "sim/check/compile.hpp"
#include "sim/check/runtime.hpp"
#include "sim/check/symbols.hpp"
#include "sim/graph/linearize.hpp"

namespace ringsim::scenarios {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;

std::string environment_or(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

constexpr std::uint64_t executions_after_first = 1000;  // looked at for a smaller one
constexpr unsigned considered_max = 100;                // violations among them

// Keeps the violation with the fewest stale reads and preemptions, or the one that is wanted.
class best_violation final : public graph::observer {
  public:
    // `wanted`: number of the execution to keep, or 0. Ends the exploration when it has been found.
    best_violation(std::uint64_t wanted, bool keep_going)
        : wanted_(wanted), keep_going_(keep_going) {}

    void begin() override {
        found_.reset();
        number_ = first_ = 0;
        considered_ = 0;
    }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        next(record, false);
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        next(record, true);
    }
    const std::optional<graph::recorded_execution>& found() const { return found_; }
    std::uint64_t found_in() const { return found_in_; }
    const std::atomic<bool>* enough() const { return &enough_; }

  private:
    void next(const std::function<graph::recorded_execution()>& record, bool violates) {
        ++number_;
        if (interrupted) enough_ = true;
        if (wanted_ != 0) {
            if (number_ == wanted_) keep(record());
            enough_ = enough_ || number_ >= wanted_;
            return;
        }
        if (violates && first_ == 0) first_ = number_;
        if (first_ == 0) return;
        if (violates && number_ < first_ + executions_after_first) consider(record());
        if (!keep_going_ && number_ >= first_ + executions_after_first) enough_ = true;
    }
    void consider(graph::recorded_execution e) {
        if (++considered_ > considered_max) return;
        const graph::execution_cost cost = graph::linearize(e);
        const auto weight = std::tuple(cost.stale_reads + cost.preemptions, cost.events);
        if (found_ && weight >= weight_) return;
        weight_ = weight;
        found_ = std::move(e);
        found_in_ = number_;
    }
    void keep(graph::recorded_execution e) {
        graph::linearize(e);
        found_ = std::move(e);
        found_in_ = number_;
    }

    std::uint64_t wanted_;
    bool keep_going_;
    std::optional<graph::recorded_execution> found_;
    std::tuple<unsigned, unsigned> weight_;
    std::uint64_t found_in_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t first_ = 0;
    unsigned considered_ = 0;
    std::atomic<bool> enough_{false};
};

class check_command final : public command {
  public:
    std::string_view name() const override { return "check"; }
    std::string_view summary() const override { return "explore a C or C++ program with threads"; }
    std::string_view examples() const override {
        return "Compiles the files with $CC or $CXX, and visits every execution of the program.\n\n"
               "Examples:\n"
               "  ringsim check lock.c                          under C's own model, rc11\n"
               "  ringsim check lock.c --model all              under each model\n"
               "  ringsim check ring.cpp test.cpp -- -std=c++20 -DSLOTS=2\n";
    }
    void declare(option_set& options) override {
        options.operands("FILE", files_, 256,
                         "C and C++ files; after --, what goes to the compiler");
        std::vector<std::string_view> models;
        for (const auto name : graph::model_names)
            if (name != graph::name(not_for_programs)) models.push_back(name);
        models.emplace_back("all");
        options.choice("--model", model_, models, "memory model (rc11)");
        options.flag("--keep-going", keep_going_,
                     "visit every execution, and count those that violate");
        options.number("--replay", replay_, 1, 1'000'000'000'000, "show execution N, step by step");
        options.number("--loop-bound", loop_bound_, 1, 1'000'000, "rounds of a loop at most");
        options.choice("--exit-status", exit_status_, {"counts", "ignore"},
                       "whether an exit status other than 0 is a failure (counts)");
        options.choice("--races", races_, {"count", "ignore"},
                       "whether a data race is a violation (count)");
        options.choice("--volatile", volatile_, {"relaxed", "plain"},
                       "what volatile accesses are (plain under rc11, else relaxed)");
        options.flag("--allow-unseen", allow_unseen_, "go on where code cannot be followed");
        options.number("--executions", executions_, 1, 1'000'000'000'000, "stop after so many");
        options.text("--time", time_, "TIME", "stop after so long: 10 or 10s, 500ms, 2m");
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { flags_ = std::move(words); }

    int run(const settings& global) override {
        check::build_request request;
        request.c_compiler = environment_or("CC", "cc");
        request.cxx_compiler = environment_or("CXX", "c++");
        request.files = files_;
        request.flags = flags_;
        request.allow_unseen = allow_unseen_;
        if (request.files.empty()) throw user_error("check: needs a C or C++ file");
        keep_addresses();
        const check::work_directory where;
        check::built_program program;
        try {
            program = check::build(request, where);
        } catch (const check::build_error& e) {
            if (e.status == exit_impossible) throw machine_error(e.what());
            throw user_error(e.what());
        }
        int status = 0;
        for (std::size_t m = 0; m < graph::model_count; ++m) {
            if (model_ != "all" && model_ != graph::model_names[m]) continue;
            if (static_cast<graph::model_id>(m) == not_for_programs) continue;
            if (m > 0 && model_ == "all" && !global.json) std::cout << '\n';
            status = std::max(status, explore_apart(static_cast<graph::model_id>(m), program,
                                                    request.files[0], global));
        }
        return status;
    }

  private:
    // In a process of its own, which the program may bring down.
    int explore_apart(graph::model_id m, const check::built_program& program,
                      const std::string& file, const settings& global) {
        std::cout.flush();
        const pid_t child = fork();
        if (child < 0) throw machine_error("cannot start a process");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody waits for what a killed ringsim explores
            int status = exit_bug;
            try {
                status = explore(m, program, file, global);
            } catch (const user_error& e) {
                std::cerr << "ringsim: " << e.what() << '\n';
                status = exit_usage;
            } catch (const std::exception& e) {
                std::cerr << "ringsim: " << e.what() << '\n';
            }
            std::cout.flush();
            _exit(status);
        }
        int ended = 0;
        while (waitpid(child, &ended, 0) < 0) {
        }
        if (WIFEXITED(ended)) return WEXITSTATUS(ended);
        std::cerr << fmt::format(
            "ringsim: {}: the exploring process died of a signal ({}): the "
            "program overwrote memory that is not its own, or ringsim has a "
            "bug\n",
            file, strsignal(WTERMSIG(ended)));
        return exit_bug;
    }

    int explore(graph::model_id m, const check::built_program& program, const std::string& file,
                const settings& global) {
        const interruptible guard;
        check::runtime runtime(m, check::load(program.path), limits_under(m));
        best_violation watcher(replay_, keep_going_);
        graph::exploration_limits limits;
        limits.interrupted = watcher.enough();
        if (executions_ != 0) limits.executions_max = executions_;
        if (!time_.empty()) limits.seconds_max = parse_time_limit("--time", time_);
        graph::exploration_report report;
        {
            const progress shown(global, fmt::format("{}   {}", file, graph::name(m)));
            report = runtime.explore(limits, watcher);
        }
        if (!runtime.refused().what.empty()) {
            std::cerr << fmt::format("ringsim: {}{}\n", refused_at(runtime, program.path, file),
                                     runtime.refused().what);
            return runtime.refused().status;
        }
        if (runtime.threads_seen() == 1 && !watcher.found() && !interrupted)
            throw user_error(file + ": main() starts no thread: there is nothing to explore");
        if (replay_ != 0 && !watcher.found() && !interrupted)
            throw user_error(fmt::format("--replay: there is no such execution, but {} under {}",
                                         report.executions + report.ended_early, graph::name(m)));
        const check_result result{
            file, program.path, program.unseen, command_again(m), rest_again(),
            m,    runtime,      report,         watcher.found(),  watcher.found_in()};
        print_check(result, global);
        return exit_status_of(result);
    }

    check::check_limits limits_under(graph::model_id m) const {
        check::check_limits limits;
        limits.loop_bound = loop_bound_;
        limits.exit_status_counts = exit_status_ == "counts";
        limits.races_count = races_ == "count";
        // To the language they are accesses like any other; on machines, what kernels and libraries
        // mean by them.
        limits.volatile_is_relaxed =
            volatile_.empty() ? m != graph::model_id::rc11 : volatile_ == "relaxed";
        return limits;
    }

    // "FILE:LINE: " of what cannot be explored.
    static std::string refused_at(const check::runtime& runtime, const std::string& program,
                                  const std::string& file) {
        const void* pc = runtime.refused().pc;
        if (!pc) return file + ": ";
        check::symbols_of_program symbols(program);
        symbols.look_up({runtime.offset_of(pc)});
        const auto& at = symbols.place(runtime.offset_of(pc));
        return at.line == 0 ? file + ": " : fmt::format("{}:{}: ", at.file, at.line);
    }

    // The command that explores the same, but for --replay.
    std::string command_again(graph::model_id m) const {
        std::string text = "ringsim check";
        for (const std::string& file : files_) text += " " + file;
        text += fmt::format(" --model {}", graph::name(m));
        if (loop_bound_ != 0) text += fmt::format(" --loop-bound {}", loop_bound_);
        if (exit_status_ != "counts") text += " --exit-status " + exit_status_;
        if (races_ != "count") text += " --races " + races_;
        if (!volatile_.empty()) text += " --volatile " + volatile_;
        if (allow_unseen_) text += " --allow-unseen";
        return text;
    }

    std::string rest_again() const {
        std::string text = flags_.empty() ? "" : " --";
        for (const std::string& flag : flags_) text += " " + flag;
        return text;
    }

    std::vector<std::string> files_;
    std::vector<std::string> flags_;
    // The kernel's model knows the kernel's functions only.
    static constexpr auto not_for_programs = graph::model_id::lkmm;

    // What a program does may depend on addresses, which are to be the same every time: begins
    // again without the kernel's randomisation, where that is allowed.
    static void keep_addresses() {
        const int now = personality(0xffffffff);
        if (now < 0 || (now & ADDR_NO_RANDOMIZE)) return;
        if (personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) < 0) return;
        std::ifstream in("/proc/self/cmdline", std::ios::binary);
        std::vector<std::string> words;
        for (std::string word; std::getline(in, word, '\0');) words.push_back(word);
        std::vector<char*> argv;
        for (std::string& w : words) argv.push_back(w.data());
        argv.push_back(nullptr);
        if (argv.size() > 1) execv("/proc/self/exe", argv.data());
    }

    std::string model_ = "rc11";
    std::string exit_status_ = "counts";
    std::string races_ = "count";
    std::string volatile_;  // empty: by the model
    bool allow_unseen_ = false;
    bool keep_going_ = false;
    std::uint64_t executions_ = 0;
    std::uint64_t replay_ = 0;
    std::uint64_t loop_bound_ = 0;
    std::string time_;  // empty: no limit
};

}  // namespace

std::unique_ptr<command> make_check() {
    return std::make_unique<check_command>();
}

}  // namespace ringsim::scenarios
