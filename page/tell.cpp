#include "page/tell.hpp"

#include "page/hidden.hpp"
#include "page/of_finding.hpp"
#include "page/stepping.hpp"
#include "scenarios/worlds/opened_scenario.hpp"

namespace ringsim::page {

namespace graph = sim::graph;

void tell_candidates(execution& e, const sim::trace& t, graph::model_id m, graph::program& p,
                     const std::vector<graph::location_info>& locations) {
    stepper steps(m, p, locations);
    std::vector<std::vector<candidate>> found(t.steps.size());
    const auto turns = steps.follow(t, [&](std::size_t i, const position& now) {
        if (!e.steps[i].reads || t.steps[i].reads_from > i) return;
        for (const way& w : now.ways)
            if (w.step.thread == t.steps[i].thread && !w.ends) {
                found[i] = candidates_of(now, w.step, graph::name(m));
                break;
            }
    });
    const std::size_t known = turns.size();
    for (std::size_t i = 0; i < known; ++i) e.steps[i].candidates = std::move(found[i]);
    if (known > 0) e.candidates_by = graph::name(m);
}

execution told(const scenarios::study::saved_finding& f, const std::string& command,
               const std::vector<scenarios::study::tried_fix>& fixes) {
    execution e = execution_of(f, command, fixes);
    if (f.counterexample.steps.empty()) return e;  // setup waits for ever: nothing can be opened
    const bool by_graph = f.how.engine == scenarios::study::engine_kind::graph;
    const auto m = by_graph ? f.how.graph.model : graph::model_id::rc11;
    const auto world = scenarios::worlds::open_scenario(
        *scenarios::find_scenario(f.scenario), f.code, m, by_graph ? f.how.graph.mapping : nullptr);
    tell_candidates(e, f.counterexample, m, world->program(), world->locations());
    return e;
}

}  // namespace ringsim::page
