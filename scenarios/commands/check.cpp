// ringsim check: explore an ordinary C or C++ program with threads.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/exploration.hpp"
#include "scenarios/render/check_report.hpp"
#include "scenarios/user_error.hpp"
#include "sim/check/compile.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::scenarios {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;

std::string environment_or(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

class best_violation final : public graph::observer {
  public:
    void begin() override { found_.reset(); }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        if (!found_) found_ = record();
    }
    const std::optional<graph::recorded_execution>& found() const { return found_; }

  private:
    std::optional<graph::recorded_execution> found_;
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
        std::vector<std::string_view> models(std::begin(graph::model_names),
                                             std::end(graph::model_names));
        models.emplace_back("all");
        options.choice("--model", model_, models, "memory model (rc11)");
        options.flag("--keep-going", keep_going_,
                     "visit every execution, and count those that violate");
        options.number("--executions", executions_, 1, 1'000'000'000'000, "stop after so many");
        options.number("--time", seconds_, 1, 1'000'000, "stop after so many seconds");
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { flags_ = std::move(words); }

    int run(const settings& global) override {
        check::build_request request;
        request.c_compiler = environment_or("CC", "cc");
        request.cxx_compiler = environment_or("CXX", "c++");
        request.files = files_;
        request.flags = flags_;
        if (request.files.empty()) throw user_error("check: needs a C or C++ file");
        const check::work_directory where;
        std::string program;
        try {
            program = check::build(request, where);
        } catch (const check::build_error& e) {
            if (e.status == exit_impossible) throw machine_error(e.what());
            throw user_error(e.what());
        }
        int status = 0;
        for (std::size_t m = 0; m < graph::model_count; ++m)
            if (model_ == "all" || model_ == graph::model_names[m])
                status = std::max(status, explore_apart(static_cast<graph::model_id>(m), program,
                                                        request.files[0], global));
        return status;
    }

  private:
    // In a process of its own, which the program may bring down.
    int explore_apart(graph::model_id m, const std::string& program, const std::string& file,
                      const settings& global) {
        std::cout.flush();
        const pid_t child = fork();
        if (child < 0) throw machine_error("cannot start a process");
        if (child == 0) {
            int status = exit_bug;
            try {
                status = explore(m, program, file, global);
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
        std::cout << fmt::format("VIOLATED   the program crashed: {}\n",
                                 strsignal(WTERMSIG(ended)));
        return exit_unexpected;
    }

    int explore(graph::model_id m, const std::string& program, const std::string& file,
                const settings& global) {
        const interruptible guard;
        check::runtime runtime(m, check::load(program), {});
        best_violation watcher;
        graph::exploration_limits limits;
        limits.interrupted = &interrupted;
        limits.stop_at_first_violation = !keep_going_;
        if (executions_ != 0) limits.executions_max = executions_;
        if (seconds_ != 0) limits.seconds_max = static_cast<double>(seconds_);
        graph::exploration_report report;
        {
            const progress shown(global, fmt::format("{}   {}", file, graph::name(m)));
            report = runtime.explore(limits, watcher);
        }
        if (!runtime.refused().what.empty()) {
            std::cerr << fmt::format("ringsim: {}: {}\n", file, runtime.refused().what);
            return runtime.refused().status;
        }
        const check_result result{file, m, runtime, report, watcher.found()};
        print_check(result, global);
        return exit_status_of(result);
    }

    std::vector<std::string> files_;
    std::vector<std::string> flags_;
    std::string model_ = "rc11";
    bool keep_going_ = false;
    std::uint64_t executions_ = 0;
    std::uint64_t seconds_ = 0;
};

}  // namespace

std::unique_ptr<command> make_check() {
    return std::make_unique<check_command>();
}

}  // namespace ringsim::scenarios
