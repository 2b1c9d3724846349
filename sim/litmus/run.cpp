// A loop is cut off after some turns, as in herd7. If turns were cut that made progress, the test
// is run again with more, as long as that is cheap: a loop that counts to three is then explored
// whole.
//
// Which result is given is decided by what was found, never by how long it took on this machine,
// but for the limits on an attempt: where those are reached, the result of the first run stands.
//
// Who does what: the machine is the program, the engine visits its executions, the counter below
// hears of each and keeps the result, and report.cpp prints that. Two engines can do it; that of
// states has no executions to count.
#include "sim/litmus/run.hpp"

#include <algorithm>

#include "sim/graph/explore.hpp"
#include "sim/states/explore.hpp"

namespace ringsim::sim::litmus {
namespace {

// herd7's default, and how far to go beyond it for loops that make progress.
constexpr unsigned unroll_default = 2;
// A test that needs more turns than this counts to a large number, and says so with `Loop`.
constexpr unsigned unroll_most = 64;
// What an attempt with more turns may cost.
constexpr std::uint64_t attempt_executions_max = 1'000'000;
constexpr double attempt_seconds_max = 20;

// Counts outcomes. It hears of each execution twice: from the machine, which knows its final
// values, and then from the engine, which can record it as the witness. Recording costs a copy, so
// only the first witness is recorded.
class counter final : public graph::observer, public machine::listener {
  public:
    counter(const test& t, machine& m, const run_options& options)
        : test_(t), machine_(m), options_(options) {
        m.listen(*this);
    }

    result take() { return std::move(result_); }
    bool busy_loop() const { return busy_loop_; }

    // The engine begins again when a graph outgrows its size: all that was counted is counted anew.
    void begin() override {
        result_ = {};
        busy_loop_ = false;
    }

    // By the machine, when no thread can go on. In this order: what does not count at all, what was
    // cut off, what hangs; only then is there a final state.
    void ended(const machine::ending& e) override {
        witness_wanted_ = false;
        if (e.does_not_count) return;
        if (e.how != cut::none) {
            // A fault is thrown as an error when the run is over; there is no verdict then.
            if (e.how != cut::fault) result_.loop_cut = true;
            if (e.how == cut::busy_loop) busy_loop_ = true;
            return;
        }
        if (e.stuck) return;  // a lock is never free: no execution
        values_.clear();
        for (const observable& o : test_.asks.observed) values_.push_back(machine_.value_of(o));
        const bool lock_final = std::ranges::any_of(
            test_.asks.observed, [this](const observable& o) { return machine_.is_lock(o); });
        if (test_.asks.filtered && !test_.asks.filter.holds(values_)) return;
        const bool positive = test_.asks.what.holds(values_);
        ++(positive ? result_.positive : result_.negative);
        // What only the filter names is not part of a state: two executions that differ there are
        // one state.
        values_.resize(test_.asks.shown);
        ++result_.states[values_];
        // Flags are of executions that count, as in herd7: of one that the filter takes out, nobody
        // hears.
        result_.race = result_.race || e.raced;
        result_.misuse.insert(e.misuse.begin(), e.misuse.end());
        if (lock_final) result_.misuse.insert("lock-final");
        // For `forall` the execution to show is one that does not satisfy it.
        const bool is_witness = positive != (test_.asks.how == quantifier::forall);
        witness_wanted_ = is_witness && options_.want_witness && !result_.witness;
    }

    // Right behind ended(), of the same execution, while it can still be recorded.
    void execution(const std::function<graph::recorded_execution()>& record) override {
        if (!witness_wanted_) return;
        result_.witness = record();
        result_.witness_state = values_;
    }

  private:
    const test& test_;
    machine& machine_;
    const run_options& options_;
    result result_;
    std::vector<std::int64_t> values_;
    bool busy_loop_ = false;
    bool witness_wanted_ = false;
};

// The engine's end comes first; a loop that was cut off while it made progress leaves outcomes
// unseen although the search itself was complete. One that went round idly does not.
reach_of reached(const graph::exploration_report& report, bool busy_loop) {
    switch (report.end) {
        case graph::exploration_end::exhausted:
            return busy_loop ? reach_of::loops_cut : reach_of::everything;
        case graph::exploration_end::interrupted:
            return reach_of::interrupted;
        case graph::exploration_end::limit:
            return reach_of::limit;
        default:
            return reach_of::too_large;
    }
}

// What states take at most.
constexpr std::uint64_t bytes_of_states_max = std::uint64_t{2} << 30;

// In the words that a report has for both engines. A search that came to its end has left something
// out all the same, if rounds of a loop were cut.
reach_of reached(const states::exploration_report& report, bool busy_loop) {
    switch (report.end) {
        case states::exploration_end::exhausted:
            if (busy_loop) return reach_of::loops_cut;
            return report.weaker_seq_cst ? reach_of::weaker_seq_cst : reach_of::everything;
        case states::exploration_end::interrupted:
            return reach_of::interrupted;
        case states::exploration_end::limit:
            return reach_of::limit;
        default:
            return reach_of::too_large;
    }
}

// Whoever finds out something about the program begins again.
class begins_again final : public states::observer {
  public:
    explicit begins_again(counter& c) : counts_(c) {}
    void begin() override { counts_.begin(); }

  private:
    counter& counts_;
};

// There are no executions to count here, but states of the machine: how often the counter hears of
// an outcome means nothing, and is not printed (`by_states`).
void explore_by_states(machine& m, const run_options& options,
                       const graph::exploration_limits& limits, counter& counts, result& r) {
    states::exploration_limits l;
    l.states_max = limits.executions_max;
    l.seconds_max = limits.seconds_max;
    l.bytes_max = bytes_of_states_max;
    l.interrupted = limits.interrupted;
    begins_again watcher(counts);
    const states::exploration_report report =
        states::explore(options.model, m, m.locations(), l, watcher);
    r = counts.take();
    r.by_states = true;
    r.reach = reached(report, counts.busy_loop());
    r.problem = report.problem;
    r.executions = report.states;
}

// Every execution once: what is counted is executions.
void explore_by_graphs(machine& m, const run_options& options,
                       const graph::exploration_limits& limits, counter& counts, result& r) {
    const graph::exploration_report report =
        graph::explore_exhaustively(options.model, m, m.locations(), limits, counts);
    r = counts.take();
    r.reach = reached(report, counts.busy_loop());
    r.problem = report.problem;
    r.executions = report.executions;
    r.share_done = report.share_done;
}

// With so many turns of a loop. Throws source_error if a thread did what has no meaning, in any
// execution. A machine of its own: nothing is kept from a run with fewer turns.
result run_once(const test& t, const run_options& options, unsigned unroll,
                const graph::exploration_limits& limits) {
    machine_limits turns;
    turns.unroll = unroll;
    turns.pairs_apart = !options.by_states;
    const graph::mapping& how =
        options.mapping ? *options.mapping : graph::default_mapping(options.model);
    machine m(t, options.model, how, turns);
    counter counts(t, m, options);
    result r;
    (options.by_states ? explore_by_states : explore_by_graphs)(m, options, limits, counts, r);
    if (m.fault_of()) throw source_error(m.fault_of()->line, m.fault_of()->what);
    r.unroll = unroll;
    return r;
}

}  // namespace

// By what was counted. That an incomplete search may have missed an outcome is told beside it
// (`reach`).
bool result::holds(quantifier q) const {
    switch (q) {
        case quantifier::exists:
            return positive > 0;
        case quantifier::not_exists:
            return positive == 0;
        default:
            return negative == 0;
    }
}

// herd7's word for how often the proposition holds; a test without any execution is "Never".
const char* result::observation() const {
    if (positive == 0) return "Never";
    return negative == 0 ? "Always" : "Sometimes";
}

// The dialect has been looked at by the caller (judges()); here is only what depends on the engine.
result run(const test& t, const run_options& options) {
    if (options.by_states && !states::has_machine(options.model))
        throw source_error(1, "the engine of states has no machine for " +
                                  std::string(graph::name(options.model)) +
                                  "; it has those for sc, x86-tso and rc11");
    if (options.by_states && t.threads.size() > threads_max)
        throw source_error(1, "the engine of states takes at most " + std::to_string(threads_max) +
                                  " threads (threads_max)");
    graph::exploration_limits limits;
    limits.executions_max = options.executions_max;
    limits.seconds_max = options.seconds_max;
    limits.interrupted = options.interrupted;
    const unsigned unroll = options.unroll == 0 ? unroll_default : options.unroll;
    result first = run_once(t, options, unroll, limits);
    // Who asks for a number of turns gets that number.
    if (options.unroll != 0 || first.reach != reach_of::loops_cut) return first;
    // A loop that counts to a small number ends if it gets the turns.
    limits.executions_max = std::min(limits.executions_max, attempt_executions_max);
    limits.seconds_max = std::min(limits.seconds_max, attempt_seconds_max);
    for (unsigned more = 2 * unroll; more <= unroll_most; more *= 2) {
        result next = run_once(t, options, more, limits);
        if (next.reach == reach_of::everything) return next;
        // A limit: still more turns would only cost more.
        if (next.reach != reach_of::loops_cut) break;
    }
    return first;
}

}  // namespace ringsim::sim::litmus
