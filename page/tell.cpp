#include "page/tell.hpp"

#include <algorithm>

#include "page/dependencies.hpp"
#include "page/of_finding.hpp"
#include "scenarios/worlds/opened_scenario.hpp"

namespace ringsim::page {

namespace graph = sim::graph;

void tell_candidates(execution& e, const sim::trace& t, graph::model_id m, stepper& steps,
                     const told_numbers& told) {
    std::vector<std::vector<candidate>> found(t.steps.size());
    const auto visit = [&](std::size_t i, const position& now) {
        const std::uint32_t step = told.of[i];
        if (step == 0 || !e.steps[step - 1].reads || t.steps[i].reads_from > i) return;
        const auto way = std::ranges::find_if(now.ways, [&](const page::way& w) {
            return w.step.thread == t.steps[i].thread && !w.ends;
        });
        if (way == now.ways.end()) return;
        for (candidate& c : candidates_of(now, way->step, graph::name(m), told.called)) {
            const std::uint32_t store = c.store == 0 ? 0 : told.of[c.store - 1];
            if (c.store != 0 && store == 0) continue;
            c.store = store;
            found[i].push_back(std::move(c));
        }
    };
    std::size_t known = 0;
    position last;
    try {
        const std::vector<turn> turns = steps.follow(t, visit);
        known = turns.size();
        last = steps.at(turns);
    } catch (const graph::schedule_error&) {
        return;  // it cannot be stepped through: then nothing is said
    }
    for (std::size_t i = 0; i < known; ++i)
        if (told.of[i] != 0) e.steps[told.of[i] - 1].candidates = std::move(found[i]);
    if (known > 0) e.candidates_by = graph::name(m);
    std::vector<std::uint32_t> of = told.of;
    of.resize(known);
    if (last.end) tell_dependencies(e, *last.end, of);
}

void tell_candidates(execution& e, const sim::trace& t, graph::model_id m, stepper& steps) {
    told_numbers each{{}, [](std::uint32_t step) { return std::to_string(step); }};
    for (std::uint32_t i = 1; i <= t.steps.size(); ++i) each.of.push_back(i);
    tell_candidates(e, t, m, steps, each);
}

execution told(const scenarios::study::saved_finding& f, const std::string& command,
               const std::vector<scenarios::study::tried_fix>& fixes) {
    execution e = execution_of(f, command, fixes);
    if (f.counterexample.steps.empty()) return e;  // setup waits for ever: nothing can be opened
    const bool by_graph = f.how.engine == scenarios::study::engine_kind::graph;
    const auto m = by_graph ? f.how.graph.model : graph::model_id::rc11;
    const auto world = scenarios::worlds::open_scenario(
        *scenarios::find_scenario(f.scenario), f.code, m, by_graph ? f.how.graph.mapping : nullptr);
    stepper steps(m, world->program(), world->locations());
    tell_candidates(e, f.counterexample, m, steps);
    return e;
}

}  // namespace ringsim::page
