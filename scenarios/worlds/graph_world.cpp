// Scenarios on the engine of execution graphs.
#include <chrono>
#include <stdexcept>

#include "scenarios/exploration.hpp"
#include "scenarios/property.hpp"
#include "scenarios/worlds/world_on.hpp"
#include "sim/graph/engine.hpp"
#include "sim/graph/explore.hpp"
#include "sim/graph/linearize.hpp"
#include "sim/graph/trace_of.hpp"

namespace ringsim::scenarios {
namespace {

namespace graph = sim::graph;

// After the first violation, how many more executions are looked at for a smaller one.
constexpr std::uint64_t shrink_executions_max = 20'000;
constexpr unsigned shrink_candidates_max = 200;

// A scenario as a program of the engine.
class scenario_program final : public graph::program {
  public:
    scenario_program(const scenario& s, const variant& v, graph::model_id m)
        : scenario_(s), engine_(m), world_(engine_, v.orders, v.how, s.ring_bytes) {
        world_.run_setup(s);
        reached_.resize(s.sometimes.size());
    }

    const graph::engine& engine() const { return engine_; }
    const std::vector<bool>& reached() const { return reached_; }

    unsigned thread_count() const override {
        return static_cast<unsigned>(scenario_.threads.size());
    }
    void attach(graph::executor& e) override { engine_.attach(e); }
    void run_thread(unsigned) override { world_.run_thread(scenario_); }

    std::optional<graph::verdict_of_program> judge(graph::hang how) override {
        const outcome& o = world_.facts(thread_count());
        for (std::size_t i = 0; i < reached_.size(); ++i)
            if (!reached_[i] && scenario_.sometimes[i].holds(o)) reached_[i] = true;
        if (const auto f = scenarios::judge(scenario_, o))
            return graph::verdict_of_program{f->kind, std::string(f->what)};
        if (how == graph::hang::spins)
            return graph::verdict_of_program{sim::violation::busy_spin,
                                             "a thread polls for ever and finds nothing"};
        if (how == graph::hang::waits)
            return graph::verdict_of_program{sim::violation::deadlock,
                                             "a thread waits for what never comes"};
        return std::nullopt;
    }

  private:
    const scenario& scenario_;
    graph::engine engine_;
    world_on<graph::engine> world_;
    std::vector<bool> reached_;
};

// Keeps the smallest counterexample of the kind that was found first.
class smallest_violation final : public graph::observer {
  public:
    explicit smallest_violation(std::function<void(const graph::exploration_report&)> progress)
        : progress_(std::move(progress)) {}

    const std::optional<graph::recorded_execution>& best() const { return best_; }

    void begin() override {
        best_.reset();
        looked_at_ = 0;
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        if (looked_at_ >= shrink_candidates_max) return;
        ++looked_at_;
        graph::recorded_execution e = record();
        if (best_ && e.found->kind != best_->found->kind) return;
        const graph::execution_cost cost = graph::linearize(e);
        if (best_ && !(cost < cost_)) return;
        cost_ = cost;
        best_ = std::move(e);
    }
    void progress(const graph::exploration_report& so_far) override {
        if (progress_) progress_(so_far);
    }

  private:
    std::function<void(const graph::exploration_report&)> progress_;
    std::optional<graph::recorded_execution> best_;
    graph::execution_cost cost_;
    unsigned looked_at_ = 0;
};

void fill_counts(exploration& out, const graph::exploration_report& report) {
    out.executions = report.executions;
    out.blocked = report.blocked;
    out.inconsistent = report.inconsistent;
    out.violating = report.violating;
}

std::string what_limit(const graph::exploration_report& report) {
    switch (report.end) {
        case graph::exploration_end::interrupted:
            return "interrupted";
        case graph::exploration_end::limit:
            return "the limit of executions or time was reached";
        default:
            return report.problem;
    }
}

// The program, from the second exploration on, only serves to shrink: the first found a violation.
void shrink(scenario_program& program, graph::model_id model, smallest_violation& watcher) {
    graph::exploration_limits limits;
    limits.executions_max = shrink_executions_max;
    limits.interrupted = &interrupted;
    (void)graph::explore_exhaustively(model, program, program.engine().locations(), limits,
                                      watcher);
}

}  // namespace

exploration explore_with_graph(const scenario& s, const variant& v, const graph_options& options) {
    const auto started = std::chrono::steady_clock::now();
    exploration out;
    scenario_program program(s, v, options.model);
    smallest_violation watcher([&](const graph::exploration_report& report) {
        if (!options.progress) return;
        fill_counts(out, report);
        options.progress(out, report.share_done);
    });
    graph::exploration_limits limits;
    limits.executions_max = options.executions_max;
    limits.seconds_max = options.seconds_max;
    limits.stop_at_first_violation = options.stop_at_first_violation;
    limits.interrupted = &interrupted;
    const graph::exploration_report report = graph::explore_exhaustively(
        options.model, program, program.engine().locations(), limits, watcher);
    fill_counts(out, report);
    out.reached = program.reached();

    if (report.violating > 0) {
        if (options.stop_at_first_violation) shrink(program, options.model, watcher);
        const graph::recorded_execution& found = *watcher.best();
        out.result = verdict::violation;
        out.kind = found.found->kind;
        out.what = found.found->what;
        out.counterexample = graph::trace_of(found, program.engine().locations());
        out.counterexample.setup = program.engine().setup_steps();
        for (const thread_body& t : s.threads) out.counterexample.threads.emplace_back(t.name);
    } else if (report.end == graph::exploration_end::exhausted) {
        out.result = verdict::safe;
    } else {
        out.result = verdict::inconclusive;
        out.what = what_limit(report);
    }
    out.covered = report.end == graph::exploration_end::exhausted
                      ? "every execution of the model, except those with a cycle in po | rf (load "
                        "buffering)"
                      : "a part of the executions";
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return out;
}

}  // namespace ringsim::scenarios
