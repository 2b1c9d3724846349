// ringsim replay: runs a saved finding again and shows all of it.
#include <fmt/format.h>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/program/version.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/dot.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/finding.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::commands {
namespace {

// The first step in which two accounts of one execution differ, from 1; 0 if they are the same.
std::size_t divergence(const sim::trace& a, const sim::trace& b) {
    const std::size_t both = std::min(a.steps.size(), b.steps.size());
    for (std::size_t i = 0; i < both; ++i)
        if (a.steps[i] != b.steps[i]) return i + 1;
    if (a.steps.size() != b.steps.size()) return both + 1;
    return a.kind == b.kind && a.what == b.what && a.at_step == b.at_step ? 0 : both;
}

class replay_command final : public command {
  public:
    std::string_view name() const override { return "replay"; }
    std::string_view summary() const override {
        return "run a finding again, and show all of its steps";
    }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim replay lost-wakeup:2c41aa           a finding of `explore`, in out/\n"
               "  ringsim replay out/lost-wakeup-2c41aa.json  the same, by its file\n"
               "  ringsim replay lost-wakeup:2c41aa --step 8  its first 8 steps\n"
               "  ringsim replay lost-wakeup:2c41aa --json    the trace as JSON\n"
               "  ringsim replay lost-wakeup:2c41aa --dot | dot -Tsvg > out.svg";
    }
    void declare(option_set& options) override {
        options.operands("ID|FILE", which_, 1, "the finding");
        options.number("--step", step_, 1, 1'000'000, "stop after this step");
        options.flag("--dot", dot_, "print the execution as a graph for Graphviz");
        options.flag("--short", short_, "fold what does not matter");
    }

    int run(const settings& global) override {
        if (which_.empty())
            throw user_error(
                "replay: needs the ID or the file of a finding; `ringsim explore` "
                "prints one");
        const study::saved_finding f =
            study::load_finding(which_.front(), global.findings_directory());
        const sim::trace& saved = f.counterexample;
        if (dot_ && (global.json || step_ != 0 || short_))
            throw user_error("--dot goes without --json, --step and --short");
        if (global.json && (step_ != 0 || short_))
            throw user_error("--json has every step: it goes without --step and --short");
        if (step_ > saved.steps.size())
            throw user_error(fmt::format("--step: {} has {} steps", f.id(), saved.steps.size()));
        const scenario& s = *find_scenario(f.scenario);

        study::search how = f.how;
        how.relacy.replay = f.schedule;
        how.graph.replay = f.schedule;
        worlds::exploration e;
        {
            const interruptible guard;
            const progress line(global, "replaying " + f.id());
            e = explore(s, f.code, how);
        }
        const bool violated = e.result == worlds::verdict::violation;
        const std::size_t differs =
            violated ? divergence(saved, sim::sequenced(e.counterexample)) : 1;
        if (differs != 0) return report_divergence(f, e, differs);
        if (global.json || dot_) {
            fmt::print("{}", global.json ? to_json(f) : render::to_dot(f));
            return exit_expected;
        }
        if (f.program != program_version)
            fmt::print("written by ringsim {}; this is {}\n\n", f.program, program_version);
        print(global, s, f, e);
        return exit_expected;
    }

  private:
    static int report_divergence(const study::saved_finding& f, const worlds::exploration& e,
                                 std::size_t differs) {
        if (e.result == worlds::verdict::violation)
            fmt::print("DIVERGED   {} runs differently from step {} on\n", f.id(), differs);
        else
            fmt::print("DIVERGED   {} runs without a violation\n", f.id());
        fmt::print(
            "           it was written by ringsim {}; the code or the engine changed since\n\n"
            "ringsim explore {}{}\n",
            f.program, f.scenario, render::options_text(f.code, f.how));
        return exit_unexpected;
    }

    void print(const settings& global, const scenario& s, const study::saved_finding& f,
               const worlds::exploration& e) const {
        render::text_page page(global);
        add_heading(page, s, f.code, f.how);
        render::table_options table{
            .lines_max = 0, .last_step = static_cast<std::uint32_t>(step_), .with_setup = !short_};
        if (short_) table = {.last_step = static_cast<std::uint32_t>(step_)};
        worlds::exploration shown = e;
        shown.executions = f.execution;
        // One execution does not show it; the search that found it did.
        shown.by_dependency = f.by_dependency;
        const study::detail how_much = short_ ? study::detail::normal : study::detail::full;
        if (step_ != 0 && step_ < f.counterexample.steps.size())
            add_first_steps(page, f, table, how_much);
        else
            add_violation(page, f, shown, judge_result(s, f.code, f.how, e), {}, table, how_much);
        page.add("");
        page.add_command(next_command(global, f));
        page.print();
    }

    std::string next_command(const settings& global, const study::saved_finding& f) const {
        const std::size_t steps = f.counterexample.steps.size();
        if (step_ != 0 && step_ < steps)
            return fmt::format("{} --step {}", render::command_to_replay(f, global), step_ + 1);
        return fmt::format("ringsim matrix {}{} --strengthen", f.scenario,
                           render::options_text(f.code, f.how));
    }

    std::vector<std::string> which_;
    std::uint64_t step_ = 0;
    bool short_ = false;
    bool dot_ = false;
};

}  // namespace

std::unique_ptr<command> make_replay() {
    return std::make_unique<replay_command>();
}

}  // namespace ringsim::scenarios::commands
