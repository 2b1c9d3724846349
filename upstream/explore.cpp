#include "upstream/explore.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "scenarios/commands/save_execution.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/outcome_text.hpp"
#include "sim/check/crash.hpp"
#include "sim/graph/linearize.hpp"
#include "upstream/report.hpp"
#include "upstream/ring_world.hpp"
#include "upstream/steps.hpp"

namespace ringsim::upstream_code {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using nlohmann::json;
using sim::step_kind;

constexpr std::uint64_t executions_after_first = 1000;  // looked at for a smaller one
constexpr unsigned considered_max = 200;                // violations among them

// Counts how executions end, and keeps the smallest one that violates, or the one that is wanted.
class watcher final : public graph::observer {
  public:
    watcher(result& out, ring_world* world, const task& t) : out_(out), task_(t) {
        if (!world) return;
        world->on_outcome = [this](const scenarios::outcome& o, sim::violation found) {
            end& e = out_.ends[scenarios::study::outcome_text(*task_.what, o)];
            ++e.executions;
            e.violating = e.violating || found != sim::violation::none;
            judged_ = true;
        };
    }
    void begin() override {
        out_.ends.clear();
        out_.cut_short.clear();
        found_.reset();
        number_ = first_ = 0;
        considered_ = 0;
        judged_ = false;
    }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        next(record, false);
    }
    void violation(const graph::verdict_of_program& what) override {
        if (judged_) return;
        // A race is told by its two places, where it is told.
        ++out_.cut_short[what.kind == sim::violation::data_race ? "data race" : what.what];
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        next(record, true);
    }
    std::optional<graph::recorded_execution>& found() { return found_; }

  private:
    void next(const std::function<graph::recorded_execution()>& record, bool violates) {
        judged_ = false;
        ++number_;
        if (task_.lists_accesses) list(record());
        if (task_.only_verdict) return;
        if (task_.replay != 0) {
            if (number_ == task_.replay) take(record());
            return;
        }
        if (!violates) return;
        if (first_ == 0) first_ = number_;
        if (number_ >= first_ + executions_after_first || ++considered_ > considered_max) return;
        graph::recorded_execution e = record();
        const graph::execution_cost cost = graph::linearize(e);
        if (found_ && !(cost < cost_)) return;
        cost_ = cost;
        found_ = std::move(e);
        out_.found_in = number_;
    }
    // Locks and wakeups are not what a line could have otherwise.
    void list(const graph::recorded_execution& e) {
        for (const graph::recorded_event& event : e.events) {
            const graph::label& l = event.what;
            if (l.implied || l.rmw || l.lock || l.shown == step_kind::set ||
                l.shown == step_kind::take)
                continue;
            const auto a = check::ordered_access_of(l);
            if (a && seen_.insert(*a).second) out_.accesses.push_back(*a);
        }
    }
    void take(graph::recorded_execution e) {
        graph::linearize(e);
        found_ = std::move(e);
        out_.found_in = number_;
    }

    result& out_;
    const task& task_;
    std::optional<graph::recorded_execution> found_;
    graph::execution_cost cost_;
    std::uint64_t number_ = 0;
    std::uint64_t first_ = 0;
    unsigned considered_ = 0;
    bool judged_ = false;
    std::set<ordered_access> seen_;
};

check::check_limits limits_of_code(const task& t) {
    check::check_limits limits;
    limits.orders = t.orders;
    limits.volatile_is_relaxed = true;
    limits.kernel_code = true;
    return limits;
}

graph::exploration_limits limits_of(const task& t) {
    graph::exploration_limits limits;
    limits.executions_max = t.executions_max;
    limits.seconds_max = t.seconds_max;
    limits.stop_at_first_violation = t.only_verdict;
    limits.interrupted = &scenarios::worlds::interrupted;
    return limits;
}

void fill(result& out, const graph::exploration_report& report) {
    out.executions = report.executions;
    out.ended_early = report.ended_early;
    out.violating = report.violating;
    out.given_up = report.blocked + report.inconsistent + report.in_vain;
    if (report.violating > 0) {
        out.verdict = answer::violated;
    } else if (report.end == graph::exploration_end::exhausted) {
        out.verdict = answer::holds;
    } else {
        out.verdict = answer::inconclusive;
        out.what = report.end == graph::exploration_end::interrupted ? "interrupted"
                   : report.problem.empty() ? "the limit of executions or time was reached"
                                            : report.problem;
    }
}

// Whether the violation is gone if every access depends on all the reads before it.
bool only_a_dependency_is_missing(check::runtime& runtime, const task& t) {
    graph::exploration_limits limits = limits_of(t);
    limits.stop_at_first_violation = true;
    limits.assume_dependencies = true;
    graph::observer nobody;
    const auto report = runtime.explore(limits, nobody);
    return report.violating == 0 && report.end == graph::exploration_end::exhausted;
}

scenarios::render::told_execution told(const result& out, const telling& how, const task& t,
                                       const sources& from) {
    scenarios::render::told_execution told;
    told.front_end = t.what ? "upstream" : "kernel";
    told.title = t.title;
    told.claim = t.what ? t.what->claim : "kernel code with threads, checked";
    told.verdict = out.violation.empty() ? "AN EXECUTION" : "VIOLATED";
    told.what = out.what;
    told.model = graph::name(t.model);
    told.facts = {fmt::format("execution {}", out.found_in)};
    if (t.what) {
        told.facts.push_back(out.edge ? "trigger edge" : "trigger level");
        told.facts.push_back(text_of(from));
    }
    told.command = fmt::format("{} --replay {}", t.command, out.found_in);
    const std::size_t threads = t.what ? t.what->threads.size() : sim::threads_max;
    for (unsigned i = 0; i < threads; ++i) told.threads.push_back(thread_name(t.what, i));
    for (std::size_t i = 0; i < how.steps.size(); ++i) {
        const step& s = how.steps[i];
        const std::string place = s.line == 0 ? "" : fmt::format("{}:{}", s.file, s.line);
        told.steps.push_back({how.events[i], s.does, s.remark, how.functions[i], place, s.text});
    }
    told.words = how.words;
    told.initial = how.initial;
    told.value = value_text;
    if (t.what && t.what->rings == 1) told.ring_bytes = t.what->ring_bytes;
    told.at_step = how.at_step;
    told.races_with = how.races_with;
    return told;
}

void tell(result& out, watcher& watching, const check::built_program& program,
          check::runtime& runtime, const ring_world* world, const sources& from, const task& t) {
    if (!watching.found()) return;
    const graph::recorded_execution& e = *watching.found();
    if (e.found) {
        out.violation = sim::name(e.found->kind);
        out.what = e.found->what.substr(0, e.found->what.find('@'));
    }
    telling how = tell_steps(e, runtime, world, t.what, from, program.path);
    if (!how.race.empty()) out.what = how.race;
    if (!t.save.empty())
        scenarios::commands::save_execution(t.save, told(out, how, t, from), e, t.model, runtime);
    out.steps = std::move(how.steps);
}

// Explores, and says what can be said without knowing what the program is.
void explore_runtime(result& out, check::runtime& runtime, watcher& watching, ring_world* world,
                     const check::built_program& program, const sources& from, const task& t) {
    const auto report = runtime.explore(limits_of(t), watching);
    if (world) world->on_outcome = nullptr;
    out.orders_used = runtime.orders_used();
    if (!runtime.refused().what.empty()) {
        out.verdict = runtime.refused().status == scenarios::exit_inconclusive
                          ? answer::inconclusive
                          : answer::refused;
        out.what = runtime.refused().what;
        // In kernel code it is not a function of a library.
        constexpr std::string_view unknown = " is called, which is not modelled";
        if (!t.what && out.what.ends_with(unknown))
            out.what.replace(out.what.size() - unknown.size(), unknown.size(),
                             " is called, and none of the files has it: name the one that does");
        return;
    }
    fill(out, report);
    tell(out, watching, program, runtime, world, from, t);
    if (out.verdict == answer::violated && graph::info(t.model).dependencies &&
        only_a_dependency_is_missing(runtime, t))
        out.verdict = answer::needs_dependency;
}

result explore_ring(const check::built_program& program, const sources& from, const task& t) {
    result out;
    const check::image image = check::load_guarded(program.path);
    const functions f(program.path);
    ring_world world(*t.what, f, t.bits, t.edge);
    check::listener = &world;
    try {
        world.set_up();
    } catch (const scenarios::user_error&) {
        if (world.missing().empty()) throw;
        out.verdict = answer::refused;
        out.lacks = true;
        out.what = world.missing();
        return out;
    }
    out.edge = world.edge_triggered();
    check::runtime runtime(t.model, graph::default_mapping(t.model), image, limits_of_code(t),
                           &world);
    world.attach(runtime);
    watcher watching(out, &world, t);
    explore_runtime(out, runtime, watching, &world, program, from, t);
    out.lacks = !world.missing().empty();
    for (std::size_t i = 0; i < world.reached().size(); ++i)
        if (!world.reached()[i]) out.never.emplace_back(t.what->sometimes[i].name);
    return out;
}

result explore_main(const check::built_program& program, const sources& from, const task& t) {
    result out;
    check::runtime runtime(t.model, graph::default_mapping(t.model),
                           check::load_guarded(program.path), limits_of_code(t));
    watcher watching(out, nullptr, t);
    explore_runtime(out, runtime, watching, nullptr, program, from, t);
    if (runtime.threads_of_program().seen() == 1 && out.verdict == answer::holds) {
        out.verdict = answer::refused;
        out.what = "starts no thread: there is nothing to explore";
    }
    return out;
}

}  // namespace

result explore_here(const check::built_program& program, const sources& from, const task& t) {
    return t.what ? explore_ring(program, from, t) : explore_main(program, from, t);
}

std::string_view name(answer a) {
    constexpr std::string_view names[] = {"holds", "violated", "needs a dependency", "inconclusive",
                                          "refused"};
    return names[static_cast<std::size_t>(a)];
}

}  // namespace ringsim::upstream_code
