#include "tests/states/agreement.hpp"

#include <algorithm>

#include "sim/states/axioms.hpp"
#include "tests/graph/generator.hpp"

namespace ringsim::tests {
namespace {

constexpr std::uint64_t executions_max = 20'000;
constexpr std::uint64_t states_max = 200'000;

class graph_observer final : public graph::observer {
  public:
    std::set<std::string>* early;
    std::set<std::string>* ends;
    void begin() override {
        early->clear();
        ends->clear();
    }
    void violation(const graph::verdict_of_program& what) override { early->insert(what.what); }
};

class states_observer final : public states::observer {
  public:
    std::set<std::string>* ends;
    void begin() override { ends->clear(); }
};

}  // namespace

found_by_graphs explore_graphs(const test_program& p, graph::model_id m, bool goes_on) {
    found_by_graphs out;
    noting_program on_graphs(p, m, goes_on);
    graph_observer g;
    g.early = &out.early;
    g.ends = &on_graphs.ends;
    graph::exploration_limits limits;
    limits.executions_max = executions_max;
    const auto report = graph::explore_exhaustively(m, on_graphs, on_graphs.locations(), limits, g);
    out.all = report.end == graph::exploration_end::exhausted;
    out.ends = std::move(on_graphs.ends);
    return out;
}

agreement agree(const test_program& p, graph::model_id m, const states_explorer& explore,
                const std::vector<unsigned>& same_as, bool goes_on) {
    return agree(p, m, explore_graphs(p, m, goes_on), explore, same_as, goes_on);
}

agreement agree(const test_program& p, graph::model_id m, const found_by_graphs& graphs,
                const states_explorer& explore, const std::vector<unsigned>& same_as,
                bool goes_on) {
    agreement out;
    out.ends = graphs.ends.size();
    // Then there is nothing to compare with, and the states need not be looked at.
    if (!graphs.all) {
        out.skipped = true;
        return out;
    }
    noting_program on_states(p, m, goes_on);
    states_observer s;
    s.ends = &on_states.ends;
    states::exploration_limits most;
    most.states_max = states_max;
    most.stop_at_first_violation = false;
    most.same_as = same_as;
    const auto report = explore(m, on_states, on_states.locations(), most, s);
    out.states = report.states;
    if (report.end == states::exploration_end::limit) {
        out.skipped = true;
        return out;
    }
    // What is told of a way is an execution of the model: the states did not make it up.
    if (report.counterexample &&
        !states::axioms_allow(m, *report.counterexample, on_states.locations()))
        out.differs += "the axioms forbid the way to: " + report.counterexample->found->what + "\n";
    const bool early = !graphs.early.empty();
    const bool early_too = report.violating > 0;
    // A machine that is weaker than its model misses nothing, and what it says is wrong is so.
    if (report.weaker_seq_cst) {
        if (early && !early_too && report.doubtful == 0)
            out.differs += "not found: " + *graphs.early.begin() + "\n";
        if (early_too && !early)
            out.differs += "found, and not there: " + report.counterexample->found->what + "\n";
        if (!early && !early_too && report.doubtful == 0)
            for (const std::string& e : graphs.ends)
                if (!on_states.ends.contains(e)) out.differs += "missing: " + e + "\n";
        out.skipped = out.differs.empty();
        return out;
    }
    if (report.end != states::exploration_end::exhausted)
        out.differs += "the engine of states gives up: " + report.problem + "\n";
    if (early != early_too)
        out.differs += early ? "not found: " + *graphs.early.begin() + "\n"
                             : "found, and not there: " + report.counterexample->found->what + "\n";
    // Each engine ends an execution where it finds a race, and not in the same order.
    if (early || early_too) return out;
    for (const std::string& e : graphs.ends)
        if (!on_states.ends.contains(e)) out.differs += "missing: " + e + "\n";
    for (const std::string& e : on_states.ends)
        if (!graphs.ends.contains(e)) out.differs += "extra:   " + e + "\n";
    return out;
}

program_with_twins generate_with_twins(std::uint64_t seed, graph::model_id m) {
    program_with_twins out{generate(seed, m), {}};
    auto& threads = out.program.threads;
    const auto twin = threads[seed % threads.size()];
    const bool thrice = seed % 3 == 0 && twin.size() < 3;
    threads.resize(std::min<std::size_t>(threads.size(), thrice ? 1 : 2));
    threads.push_back(twin);
    threads.insert(threads.begin(), twin);
    if (thrice) threads.insert(threads.begin(), twin);
    for (const auto& t : threads)
        out.same_as.push_back(
            static_cast<unsigned>(std::ranges::find(threads, t) - threads.begin()));
    return out;
}

}  // namespace ringsim::tests
