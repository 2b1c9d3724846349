// Scenarios on the engine of execution graphs.
#include <algorithm>
#include <chrono>
#include <utility>

#include "scenarios/program/user_error.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/opened_scenario.hpp"
#include "scenarios/worlds/scenario_program.hpp"
#include "scenarios/worlds/searches.hpp"
#include "sim/graph/bytes.hpp"
#include "sim/graph/explore.hpp"
#include "sim/graph/jobs.hpp"
#include "sim/graph/linearize.hpp"
#include "sim/graph/trace_of.hpp"

namespace ringsim::scenarios::worlds {
namespace {

namespace graph = sim::graph;

// After the first violation, how many more executions are looked at for a smaller one.
constexpr std::uint64_t shrink_executions_max = 20'000;
constexpr unsigned shrink_candidates_max = 200;
// Of each bound within which a smaller one is looked for.
constexpr std::uint64_t shrink_walks_max = 3'000;
// Random descents before an exploration whose progress is shown.
constexpr std::uint64_t probes_for_progress = 200;

// Keeps the smallest counterexample of the kind that was found first.
class smallest_violation final : public graph::observer {
  public:
    struct hooks {
        std::function<void(const graph::exploration_report&)> progress;
        std::function<void()> begin;
        std::function<bool(const graph::verdict_of_program&)> takes;  // whether it is looked for
    };
    explicit smallest_violation(hooks h) : hooks_(std::move(h)) {}

    const std::optional<graph::recorded_execution>& best() const { return best_; }
    const graph::execution_cost& cost() const { return cost_; }

    void begin() override {
        looked_at_ = 0;  // what was found stays found
        hooks_.begin();
    }
    void violation(const graph::verdict_of_program& what) override { takes_ = hooks_.takes(what); }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        if (!takes_ || looked_at_ >= shrink_candidates_max) return;
        graph::recorded_execution e = record();
        ++looked_at_;
        if (best_ && e.found->kind != best_->found->kind) return;
        const graph::execution_cost cost = graph::linearize(e);
        if (best_ && !(cost < cost_)) return;
        cost_ = cost;
        best_ = std::move(e);
    }
    void progress(const graph::exploration_report& so_far) override { hooks_.progress(so_far); }
    bool looks_on() const override { return false; }
    bool looks_at_violations() const override { return false; }

  private:
    hooks hooks_;
    bool takes_ = true;
    std::optional<graph::recorded_execution> best_;
    graph::execution_cost cost_;
    unsigned looked_at_ = 0;
};

// What a scenario and those who explore it learn, from one process to another.
class learned_of final : public graph::gathered {
  public:
    // `takes`: whether a violation is one of those that are looked for.
    learned_of(scenario_program& p, end_listener* ends,
               std::function<bool(const graph::verdict_of_program&)> takes)
        : program_(p), ends_(ends), takes_(std::move(takes)) {}

    void forget() override {
        if (ends_) ends_->begin();
    }
    bool violation(const graph::verdict_of_program& what) override { return takes_(what); }
    std::string bytes() const override {
        graph::byte_writer to;
        program_.put_learned(to);
        if (ends_) to.put(std::string_view(ends_->bytes()));
        return to.take();
    }
    void add(std::string_view bytes) override {
        graph::byte_reader from(bytes);
        program_.add_learned(from);
        if (ends_) ends_->add(from.get_text());
    }
    std::uint64_t violations_wanted() const override { return shrink_candidates_max; }

  private:
    scenario_program& program_;
    end_listener* const ends_;
    const std::function<bool(const graph::verdict_of_program&)> takes_;
};

// One exploration, from the options to the report.
class graph_run {
  public:
    graph_run(const scenario& s, const variant& v, const graph_options& options)
        : scenario_(s),
          options_(options),
          program_(s, v, options.model,
                   options.mapping ? *options.mapping : graph::default_mapping(options.model)) {}

    exploration run() {
        started_ = std::chrono::steady_clock::now();
        if (!options_.replay.empty())
            replay();
        else if (options_.probes != 0)
            estimate(options_.probes);
        else
            explore();
        out_.reached = program_.reached();
        out_.seconds = seconds();
        return std::move(out_);
    }

  private:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    void estimate(std::uint64_t probes) {
        graph::exploration_limits l = limits();
        l.stop_at_first_violation = false;
        l.executions_max = UINT64_MAX;
        l.probes = probes;
        graph::observer nobody;
        out_.estimate = graph::explore_exhaustively(options_.model, program_,
                                                    program_.engine().locations(), l, nobody)
                            .estimate;
        out_.what = "the number of executions was estimated, nothing was verified";
        program_.forget_reached();
    }

    void explore() {
        if (options_.progress && options_.search == graph_search::all)
            estimate(probes_for_progress);
        smallest_violation watcher({[&](const graph::exploration_report& r) { show(r); },
                                    [&] {
                                        if (options_.ends) options_.ends->begin();
                                    },
                                    [&](const graph::verdict_of_program& v) { return takes(v); }});
        if (options_.ends)
            program_.on_outcome = [&](const outcome& o, sim::violation found) {
                options_.ends->execution_ended(o, found);
            };
        program_.wanted = options_.wanted;
        const graph::exploration_report report = explore(limits(), watcher);
        exploring_ = false;
        program_.on_outcome = nullptr;
        fill_counts(report);
        out_.contended = program_.engine().contended();
        out_.executed = program_.engine().executed();
        out_.stated = program_.stated();
        out_.finished = report.end == graph::exploration_end::exhausted;
        if (!out_.finished && report.end != graph::exploration_end::stopped)
            out_.limit = what_limit(report);
        out_.covered = covered_by(options_, report.end == graph::exploration_end::exhausted);
        out_.what.clear();
        if (report.violating > 0 && watcher.best()) {
            if (options_.smallest) shrink(watcher, report.end == graph::exploration_end::stopped);
            fill_counterexample(*watcher.best());
            if (graph::info(options_.model).dependencies && options_.smallest)
                look_for_a_dependency();
        } else if (out_.finished) {
            out_.result =
                options_.search == graph_search::all ? verdict::safe : verdict::no_violation_found;
        } else if (report.end == graph::exploration_end::limit && !exhaustive()) {
            out_.result = verdict::no_violation_found;
        } else {
            out_.result = verdict::inconclusive;
            out_.what = out_.limit;
        }
    }

    // To whoever wants to see how far it is.
    void show(const graph::exploration_report& report) {
        if (!options_.progress) return;
        fill_counts(report);
        out_.seconds = seconds();
        options_.progress(out_, report.share_done);
    }

    // Whether a violation is one of those that are looked for. Who wants to hear of those that cut
    // an execution short does so once, and not when a smaller one is looked for.
    bool takes(const graph::verdict_of_program& found) {
        const bool judged = program_.was_judged();
        if (exploring_ && !judged && options_.ends)
            options_.ends->execution_cut_short(found.kind, found.what);
        if (!options_.wanted) return true;
        return judged ? found.kind == sim::violation::none
                      : options_.wanted_cut_short(found.kind, found.what);
    }

    // Whether the violation is still there if every access depends on all reads before it.
    void look_for_a_dependency() {
        graph::exploration_limits l = limits();
        l.stop_at_first_violation = true;
        l.assume_dependencies = true;
        graph::observer nobody;
        const graph::exploration_report report = graph::explore_exhaustively(
            options_.model, program_, program_.engine().locations(), l, nobody);
        if (report.violating > 0)
            out_.by_dependency = exploration::cure::none;
        else if (report.end == graph::exploration_end::exhausted)
            out_.by_dependency = exploration::cure::dependency;
    }

    graph::exploration_report explore(const graph::exploration_limits& l,
                                      graph::observer& watcher) {
        const auto& locations = program_.engine().locations();
        if (options_.search == graph_search::all) {
            learned_of learned(program_, options_.ends,
                               [this](const graph::verdict_of_program& v) { return takes(v); });
            return graph::explore_with_jobs(options_.model, program_, locations, l, watcher,
                                            learned);
        }
        const auto p = policy_of(options_, accesses_expected());
        return graph::search(options_.model, program_, locations, *p, l, watcher);
    }

    void replay() {
        graph::recorded_execution e =
            graph::replay(options_.model, program_, program_.engine().locations(),
                          graph::parse_schedule(options_.replay));
        out_.executions = 1;
        out_.covered = "the one execution of the schedule";
        out_.result = e.found ? verdict::violation : verdict::no_violation_found;
        fill_counterexample(e);
    }

    bool exhaustive() const {
        return options_.search == graph_search::all || options_.search == graph_search::bounded;
    }

    // For the change points of PCT: a rough number of accesses in one execution.
    unsigned accesses_expected() const {
        return 15 * static_cast<unsigned>(scenario_.threads.size());
    }

    graph::exploration_limits limits() const {
        graph::exploration_limits l;
        l.executions_max = options_.executions_max;
        l.seconds_max = options_.seconds_max;
        l.stop_at_first_violation = options_.stop_at_first_violation;
        l.interrupted = &interrupted;
        return l;
    }

    // Looks for a smaller violation of the kind that was found: first among those that come next,
    // then among all executions with fewer preemptions and stale reads than the best so far.
    void shrink(smallest_violation& watcher, bool stopped) {
        graph::exploration_limits l = limits();
        const auto time_left = [&] { return std::max(0.0, options_.seconds_max - seconds()); };
        l.seconds_max = time_left();
        l.executions_max = shrink_executions_max;
        l.stop_at_first_violation = false;
        const auto& locations = program_.engine().locations();
        if (stopped && options_.search != graph_search::bounded)
            (void)graph::explore_exhaustively(options_.model, program_, locations, l, watcher);
        l.executions_max = shrink_walks_max;
        for (unsigned total = 0; watcher.best() && total < watcher.cost().total(); ++total)
            for (unsigned stale = 0; stale <= total && !interrupted; ++stale) {
                const graph::search_bounds within{total - stale, stale, options_.bounds.steps};
                if (within.preemptions > options_.bounds.preemptions ||
                    within.stale_reads > options_.bounds.stale_reads)
                    continue;
                l.seconds_max = time_left();
                const auto every = graph::every_schedule(within);
                (void)graph::search(options_.model, program_, locations, *every, l, watcher);
                if (watcher.cost().total() <= total) return;
            }
    }

    void fill_counts(const graph::exploration_report& report) {
        out_.executions = report.executions;
        out_.blocked = report.blocked;
        out_.inconsistent = report.inconsistent + report.in_vain;
        out_.cut_off = report.cut_off;
        out_.violating = report.violating;
        out_.ended_early = report.ended_early;
    }

    void fill_counterexample(const graph::recorded_execution& e) {
        if (e.found) {
            out_.result = verdict::violation;
            out_.kind = e.found->kind;
            out_.what = e.found->what;
        }
        out_.counterexample = graph::trace_of(e, program_.engine().locations());
        out_.counterexample.setup = program_.engine().setup_steps();
        for (const thread_body& t : scenario_.threads)
            out_.counterexample.threads.emplace_back(t.name);
        out_.schedule = graph::to_text(graph::schedule_of(e));
    }

    std::string what_limit(const graph::exploration_report& report) const {
        switch (report.end) {
            case graph::exploration_end::interrupted:
                return "interrupted";
            case graph::exploration_end::limit:
                return report.problem.empty() ? "the limit of executions or time was reached"
                                              : report.problem;
            case graph::exploration_end::too_large:
                return report.problem + (exhaustive() && options_.search == graph_search::bounded
                                             ? "; --stale and --steps bound it"
                                             : "");
            default:
                return report.problem;
        }
    }

    const scenario& scenario_;
    const graph_options& options_;
    scenario_program program_;
    std::chrono::steady_clock::time_point started_;
    exploration out_;
    bool exploring_ = true;
};

}  // namespace

exploration explore_with_graph(const scenario& s, const variant& v, const graph_options& options) {
    if (const std::string why = why_not(s, v); !why.empty())
        throw user_error("the scenario " + std::string(s.name) + " " + why);
    try {
        return graph_run(s, v, options).run();
    } catch (const graph::setup_waits& e) {
        exploration out;
        out.result = verdict::violation;
        out.kind = out.counterexample.kind = sim::violation::deadlock;
        out.what = out.counterexample.what = e.what();
        out.reached.resize(s.sometimes.size());
        for (const thread_body& t : s.threads) out.counterexample.threads.emplace_back(t.name);
        return out;
    }
}

namespace {

class opened final : public opened_scenario {
  public:
    opened(const scenario& s, const variant& v, graph::model_id m, const graph::mapping& how)
        : program_(s, v, m, how) {}
    graph::program& program() override { return program_; }
    const std::vector<graph::location_info>& locations() const override {
        return program_.engine().locations();
    }
    const std::vector<sim::trace_step>& setup_steps() const override {
        return program_.engine().setup_steps();
    }

  private:
    scenario_program program_;
};

}  // namespace

std::unique_ptr<opened_scenario> open_scenario(const scenario& s, const variant& v,
                                               graph::model_id m, const graph::mapping* how) {
    if (const std::string why = why_not(s, v); !why.empty())
        throw user_error("the scenario " + std::string(s.name) + " " + why);
    try {
        return std::make_unique<opened>(s, v, m, how ? *how : graph::default_mapping(m));
    } catch (const graph::setup_waits& e) {
        throw user_error("the scenario " + std::string(s.name) +
                         " has no steps with this code: " + e.what());
    }
}

}  // namespace ringsim::scenarios::worlds
