// Scenarios on the engine of states.
#include <algorithm>

#include "scenarios/program/user_error.hpp"
#include "scenarios/worlds/scenario_program.hpp"
#include "scenarios/worlds/states.hpp"
#include "scenarios/worlds/states_result.hpp"

namespace ringsim::scenarios::worlds {
namespace {

namespace graph = sim::graph;
namespace states = sim::states;

class told_of_threads final : public states::observer {
  public:
    explicit told_of_threads(const states_options& options, scenario_program& p)
        : options_(options), p_(p) {}
    void begin() override {
        p_.forget_reached();
        if (options_.on_begin) options_.on_begin();
    }
    void progress(const states::exploration_report& so_far) override {
        if (options_.progress) options_.progress(so_far);
    }

  private:
    const states_options& options_;
    scenario_program& p_;
};

// Threads with the same body. What else a thread may be (the first one's CPU takes interrupts) the
// engine finds out.
std::vector<unsigned> same_as(const scenario& s) {
    std::vector<unsigned> first;
    for (const thread_body& t : s.threads)
        first.push_back(static_cast<unsigned>(
            std::ranges::find(s.threads, t.run, &thread_body::run) - s.threads.begin()));
    return first;
}

}  // namespace

std::string why_no_states(const scenario& s, const variant& v, graph::model_id m) {
    if (const std::string why = why_not(s, v); !why.empty())
        return "the scenario " + std::string(s.name) + " " + why;
    if (!states::has_machine(m))
        return "the engine of states has no machine for " + std::string(graph::name(m)) +
               "; it has those for sc, x86-tso and rc11";
    return {};
}

states_exploration explore_with_states(const scenario& s, const variant& v,
                                       const states_options& options) {
    if (const std::string why = why_no_states(s, v, options.model); !why.empty())
        throw user_error(why);
    try {
        scenario_program p(s, v, options.model, graph::default_mapping(options.model));
        p.on_outcome = options.on_outcome;
        told_of_threads watcher(options, p);
        states_exploration out;
        states::exploration_limits limits = options.limits;
        limits.same_as = same_as(s);
        out.states = states::explore(options.model, p, p.engine().locations(), limits, watcher);
        fill_result(out, s, p.engine());
        out.result.reached = p.reached();
        out.result.contended = p.engine().contended();
        out.result.executed = p.engine().executed();
        return out;
    } catch (const graph::setup_waits& e) {
        states_exploration out;
        out.result.result = verdict::violation;
        out.result.kind = sim::violation::deadlock;
        out.result.what = e.what();
        out.result.reached.resize(s.sometimes.size());
        return out;
    }
}

}  // namespace ringsim::scenarios::worlds
