#include "scenarios/worlds/states_result.hpp"

#include "sim/graph/schedule.hpp"
#include "sim/graph/trace_of.hpp"

namespace ringsim::scenarios::worlds {
namespace {

namespace graph = sim::graph;
namespace states = sim::states;

verdict verdict_of(const states::exploration_report& r) {
    if (r.violating > 0) return verdict::violation;
    // What is weaker than the model may find what the model forbids.
    if (r.doubtful > 0) return verdict::inconclusive;
    return r.end == states::exploration_end::exhausted ? verdict::safe : verdict::inconclusive;
}

}  // namespace

void fill_result(states_exploration& out, const scenario& s, const graph::engine& engine) {
    exploration& e = out.result;
    const states::exploration_report& r = out.states;
    e.result = verdict_of(r);
    e.violating = r.violating;
    e.finished = r.end == states::exploration_end::exhausted;
    if (!e.finished && r.end != states::exploration_end::stopped) e.limit = e.what = r.problem;
    e.covered = e.finished ? "every state was visited" : "a part of the states was visited";
    if (r.doubtful > 0 && e.finished && e.result == verdict::inconclusive)
        e.what =
            "what was found is forbidden by seq_cst accesses that the machine of rc11 takes for "
            "acquires and releases; there may be another way to it";
    if (!r.counterexample) return;
    const graph::recorded_execution& found = *r.counterexample;
    if (e.result == verdict::violation) {
        e.kind = found.found->kind;
        e.what = found.found->what;
    }
    e.counterexample = graph::trace_of(found, engine.locations());
    e.counterexample.setup = engine.setup_steps();
    for (const thread_body& t : s.threads) e.counterexample.threads.emplace_back(t.name);
    e.schedule = graph::to_text(graph::schedule_of(found));
}

}  // namespace ringsim::scenarios::worlds
