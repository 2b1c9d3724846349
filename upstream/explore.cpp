#include "upstream/explore.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "scenarios/commands/save_execution.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/outcome_text.hpp"
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
            ordered_access a{l.note, access::load, l.source};
            if (l.kind == graph::event_kind::write)
                a.kind = access::store;
            else if (l.kind == graph::event_kind::fence)
                a.kind = access::fence;
            else if (l.kind != graph::event_kind::read)
                continue;
            if (l.op != graph::rmw_op::none) a.kind = access::rmw;
            if (seen_.insert(a).second) out_.accesses.push_back(a);
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
    const check::image image = check::load(program.path);
    const functions f(program.path);
    ring_world world(*t.what, f, t.bits, t.edge);
    check::listener = &world;
    world.set_up();
    out.edge = world.edge_triggered();
    check::runtime runtime(t.model, graph::default_mapping(t.model), image, limits_of_code(t),
                           &world);
    world.attach(runtime);
    watcher watching(out, &world, t);
    explore_runtime(out, runtime, watching, &world, program, from, t);
    for (std::size_t i = 0; i < world.reached().size(); ++i)
        if (!world.reached()[i]) out.never.emplace_back(t.what->sometimes[i].name);
    return out;
}

result explore_main(const check::built_program& program, const sources& from, const task& t) {
    result out;
    check::runtime runtime(t.model, graph::default_mapping(t.model), check::load(program.path),
                           limits_of_code(t));
    watcher watching(out, nullptr, t);
    explore_runtime(out, runtime, watching, nullptr, program, from, t);
    if (runtime.threads_of_program().seen() == 1 && out.verdict == answer::holds) {
        out.verdict = answer::refused;
        out.what = "starts no thread: there is nothing to explore";
    }
    return out;
}

result explore_here(const check::built_program& program, const sources& from, const task& t) {
    return t.what ? explore_ring(program, from, t) : explore_main(program, from, t);
}

// --- from process to process -----------------------------------------------------------------

json to_json(const result& r) {
    json j{{"verdict", r.verdict},     {"violation", r.violation},   {"what", r.what},
           {"edge", r.edge},           {"executions", r.executions}, {"early", r.ended_early},
           {"violating", r.violating}, {"given_up", r.given_up},     {"cut_short", r.cut_short},
           {"never", r.never},         {"found_in", r.found_in},     {"ends", json::object()},
           {"steps", json::array()},   {"accesses", json::array()},  {"used", r.orders_used}};
    for (const auto& [state, e] : r.ends) j["ends"][state] = {e.executions, e.violating};
    for (const step& s : r.steps)
        j["steps"].push_back({s.thread, s.of, s.line, s.file, s.text, s.does, s.remark});
    for (const ordered_access& a : r.accesses) j["accesses"].push_back({a.offset, a.kind, a.how});
    return j;
}

result from_json(const json& j) {
    result r;
    r.verdict = j["verdict"];
    r.violation = j["violation"];
    r.what = j["what"];
    r.edge = j["edge"];
    r.executions = j["executions"];
    r.ended_early = j["early"];
    r.violating = j["violating"];
    r.given_up = j["given_up"];
    r.cut_short = j["cut_short"].get<std::map<std::string, std::uint64_t>>();
    r.never = j["never"].get<std::vector<std::string>>();
    r.found_in = j["found_in"];
    r.orders_used = j["used"].get<std::set<unsigned>>();
    for (const auto& [state, e] : j["ends"].items()) r.ends[state] = {e[0], e[1]};
    for (const auto& a : j["accesses"]) r.accesses.push_back({a[0], a[1], a[2]});
    for (const auto& s : j["steps"]) r.steps.push_back({s[0], s[1], s[2], s[3], s[4], s[5], s[6]});
    return r;
}

[[noreturn]] void answer_from_child(int to, const check::built_program& program,
                                    const sources& from, const task& t) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    json said;
    try {
        said = to_json(explore_here(program, from, t));
    } catch (const scenarios::user_error& e) {
        result r;
        r.verdict = answer::refused;
        r.what = e.what();
        said = to_json(r);
    } catch (const std::exception& e) {
        said = {{"bug", e.what()}};
    }
    const std::string text = said.dump(-1, ' ', false, json::error_handler_t::replace);
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t n = ::write(to, text.data() + done, text.size() - done);
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    _exit(0);
}

}  // namespace

std::string_view name(answer a) {
    constexpr std::string_view names[] = {"holds", "violated", "needs a dependency", "inconclusive",
                                          "refused"};
    return names[static_cast<std::size_t>(a)];
}

// What the code under test overwrites is not ours, and each exploration begins with fresh memory.
result explore(const check::built_program& program, const sources& from, const task& t) {
    int ends[2];
    if (pipe(ends) != 0) throw scenarios::machine_error("cannot make a pipe");
    const pid_t child = fork();
    if (child < 0) throw scenarios::machine_error("cannot start a process");
    if (child == 0) {
        close(ends[0]);
        answer_from_child(ends[1], program, from, t);
    }
    close(ends[1]);
    std::string text;
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) != 0;) {
        if (n > 0) text.append(part, static_cast<std::size_t>(n));
        if (n < 0 && errno != EINTR) break;
    }
    close(ends[0]);
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0) {
    }
    if (WIFSIGNALED(ended)) {
        result r;
        r.verdict = answer::violated;
        r.violation = "crash";
        r.what = std::string("the code under test brought its process down: ") +
                 strsignal(WTERMSIG(ended));
        return r;
    }
    const json said = json::parse(text, nullptr, false);
    if (said.is_discarded()) throw std::runtime_error("the exploring process said nothing");
    if (said.contains("bug")) throw std::runtime_error(said["bug"].get<std::string>());
    return from_json(said);
}

}  // namespace ringsim::upstream_code
