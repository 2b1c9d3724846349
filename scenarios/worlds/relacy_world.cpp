// Scenarios on Relacy: explore_with_relacy() of scenarios/worlds/exploration.hpp.
#include "sim/relacy_engine.hpp"
// Relacy's headers come first.
#include <chrono>
#include <memory>
#include <string_view>

#include "scenarios/program/user_error.hpp"
#include "scenarios/property.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/relacy_disagreements.hpp"
#include "scenarios/worlds/relacy_schedule.hpp"
#include "scenarios/worlds/world_on.hpp"
#include "sim/relacy_run.hpp"

namespace ringsim::scenarios::worlds {
namespace {

// A scenario as a program for Relacy.
class relacy_scenario final : public sim::relacy_program {
  public:
    relacy_scenario(sim::relacy_engine& engine, const scenario& s, const variant& v)
        : engine_(engine), scenario_(s), variant_(v), reached_(s.sometimes.size(), false) {}

    unsigned thread_count() const override {
        return static_cast<unsigned>(scenario_.threads.size());
    }
    void start() override {
        // The world of an execution that ended early is given up, not destroyed: its words belong
        // to a Relacy context that is gone. It owns no other memory.
        world_ = place_.make(engine_, scenario_, variant_);
        world_->run_setup();
    }
    void thread(unsigned) override { world_->run_thread(); }
    void finish() override {
        const outcome o = world_->facts();
        note_reached(o);
        if (const auto f = judge(scenario_, o)) engine_.fail(f->kind, f->what);
        world_->~simulated_world();
    }

    // What the threads had done when the execution ended early.
    outcome facts() { return world_->facts(); }
    const std::vector<bool>& reached() const { return reached_; }

  private:
    void note_reached(const outcome& o) {
        for (std::size_t i = 0; i < reached_.size(); ++i)
            if (!reached_[i]) reached_[i] = scenario_.sometimes[i].holds(o);
    }

    sim::relacy_engine& engine_;
    const scenario& scenario_;
    const variant& variant_;
    std::vector<bool> reached_;
    world_place<sim::relacy_engine> place_;
    simulated_world* world_ = nullptr;
};

sim::relacy_limits limits_of(const relacy_options& options) {
    sim::relacy_limits limits;
    limits.search = options.scheduler == relacy_scheduler::random  ? sim::relacy_search::random
                    : options.scheduler == relacy_scheduler::bound ? sim::relacy_search::bound
                                                                   : sim::relacy_search::full;
    limits.executions_max = options.iterations;
    limits.first = first_iteration(options.seed);
    limits.context_bound = options.context_bound;
    limits.stop = &interrupted;
    return limits;
}

std::string counted(std::uint64_t n, std::string_view what) {
    return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

// What was explored, and what Relacy does not explore at all.
std::string coverage(const relacy_options& options, const sim::relacy_result& r) {
    const bool all = r.how == sim::relacy_stop::exhausted;
    std::string text;
    switch (options.scheduler) {
        case relacy_scheduler::random:
            text = counted(r.executions, "random execution") + " from seed " +
                   std::to_string(options.seed) + ", stale reads at most two stores back";
            break;
        case relacy_scheduler::bound:
            text = (all ? "all " : "the first ") + counted(r.executions, "execution") +
                   " with at most " + counted(options.context_bound, "preemption") +
                   " and stale reads one store back";
            break;
        case relacy_scheduler::full:
            text = (all ? "all " : "the first ") + counted(r.executions, "execution") +
                   " with stale reads one store back";
            break;
    }
    return text +
           "; Relacy explores no load buffering, takes the order in which stores are "
           "executed for their modification order, and reads nothing stale again that it "
           "read before it slept";
}

// What the end of a search means for the scenario.
void conclude(exploration& e, const relacy_options& options, const sim::relacy_result& r) {
    switch (r.how) {
        case sim::relacy_stop::found:
            e.result = verdict::violation;
            break;
        case sim::relacy_stop::exhausted:
            e.result = verdict::no_violation_found;
            break;
        case sim::relacy_stop::interrupted:
            e.result = verdict::inconclusive;
            e.what = "interrupted after " + counted(r.executions, "execution");
            break;
        case sim::relacy_stop::ceiling:
            if (options.scheduler == relacy_scheduler::random) {
                e.result = verdict::no_violation_found;
            } else {
                e.result = verdict::inconclusive;
                e.what = "the search was not finished after " + counted(r.executions, "execution");
            }
            break;
        case sim::relacy_stop::diverged:
            break;  // a replay, handled by its caller
    }
}

// Fills in the finding. An execution that blocks may have broken the protocol before; if it has
// not, that it blocks is the violation.
void describe(exploration& e, relacy_scenario& program, sim::relacy_engine& engine,
              const scenario& s, const sim::relacy_result& r) {
    using ending = sim::relacy_engine::ending;
    e.kind = r.kind;
    e.what = r.what;
    ending how = ending::midway;
    if (r.kind == sim::violation::deadlock || r.kind == sim::violation::busy_spin) {
        how = r.kind == sim::violation::deadlock ? ending::blocked : ending::spinning;
        if (const auto f = protocol_violation(program.facts())) {
            e.kind = f->kind;
            e.what = f->what;
        }
    }
    e.counterexample = engine.make_trace(how);
    for (const thread_body& t : s.threads) e.counterexample.threads.emplace_back(t.name);
    e.counterexample.kind = e.kind;
    e.counterexample.what = e.what;
    if (e.kind == sim::violation::data_race)
        e.counterexample.at_step = static_cast<std::uint32_t>(e.counterexample.steps.size());
}

// A finding that C++20 forbids, or a silence where it allows one, decides nothing.
void note_disagreement(exploration& e, const scenario& s, const variant& v) {
    const relacy_disagreement* d = find_disagreement(s, v);
    if (!d || e.kind != d->relacy_says) return;
    e.result = verdict::inconclusive;
    e.known_disagreement = describe(*d);
}

}  // namespace

bool relacy_available() {
    return true;
}

exploration explore_with_relacy(const scenario& s, const variant& v,
                                const relacy_options& options) {
    if (const std::string why = why_not(s, v); !why.empty())
        throw user_error("the scenario " + std::string(s.name) + " " + why);
    const auto begin = std::chrono::steady_clock::now();
    sim::relacy_engine engine;
    const auto program = std::make_unique<relacy_scenario>(engine, s, v);
    exploration e;
    sim::relacy_limits limits = limits_of(options);
    relacy_options used = options;
    sim::relacy_result r;
    if (options.replay.empty()) {
        r = sim::run_on_relacy(engine, *program, limits);
    } else {
        const relacy_schedule schedule = parse_relacy_schedule(options.replay, s, v);
        limits.search = schedule.search;
        limits.context_bound = used.context_bound = schedule.context_bound;
        r = sim::replay_on_relacy(engine, *program, limits, schedule.state);
        if (r.how != sim::relacy_stop::found)
            throw user_error("schedule '" + options.replay +
                             "' was written by another version: it finds nothing here");
    }
    conclude(e, used, r);
    e.executions = r.executions;
    e.covered = coverage(used, r);
    e.reached = program->reached();
    e.contended = engine.contended();
    e.executed = engine.executed();
    if (r.how == sim::relacy_stop::found) {
        describe(e, *program, engine, s, r);
        e.schedule = write_relacy_schedule({limits.search, limits.context_bound, r.state}, s, v);
    }
    note_disagreement(e, s, v);
    e.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return e;
}

}  // namespace ringsim::scenarios::worlds
