#include "scenarios/study/search.hpp"

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/graph/schedule.hpp"

namespace ringsim::scenarios::study {

std::string_view name(engine_kind e) {
    return e == engine_kind::relacy ? "relacy" : "graph";
}

std::string_view name(worlds::relacy_scheduler s) {
    switch (s) {
        case worlds::relacy_scheduler::random:
            return "random";
        case worlds::relacy_scheduler::bound:
            return "bound";
        case worlds::relacy_scheduler::full:
            break;
    }
    return "full";
}

// Relacy has a model of its own, which is C++11's.
std::string_view search::model_name() const {
    return engine == engine_kind::relacy ? "c++11" : name(graph.model);
}

std::string search::model_and_mapping() const {
    std::string text(model_name());
    if (engine == engine_kind::graph && graph.mapping)
        text += ", mapping " + std::string(graph.mapping->name);
    return text;
}

// The bit by which expectations know the model; Relacy's is stated with rc11's.
model_bits search::model() const {
    if (engine == engine_kind::relacy) return under_rc11;
    return static_cast<model_bits>(bit(graph.model));
}

namespace {
// Only what is bounded is said.
std::string describe(const worlds::graph_options& how) {
    std::string text;
    switch (how.search) {
        case worlds::graph_search::all:
            return "every execution graph";
        case worlds::graph_search::bounded:
            text = "every schedule within bounds";
            break;
        case worlds::graph_search::random:
            text = "random walks, seed " + std::to_string(how.seed);
            break;
        case worlds::graph_search::pct:
            text = "PCT, seed " + std::to_string(how.seed);
            break;
    }
    if (how.bounds.preemptions != sim::graph::no_bound)
        text += ", at most " + std::to_string(how.bounds.preemptions) + " preemptions";
    if (how.bounds.stale_reads != sim::graph::no_bound)
        text += ", at most " + std::to_string(how.bounds.stale_reads) + " stale reads";
    if (how.bounds.steps != sim::graph::no_bound)
        text += ", at most " + std::to_string(how.bounds.steps) + " steps";
    return text;
}
}  // namespace

search under(sim::graph::model_id m) {
    search how;
    how.engine = engine_kind::graph;
    how.graph.model = m;
    return how;
}

std::string describe(const search& how) {
    if (how.engine == engine_kind::graph) return describe(how.graph);
    std::string text = "relacy, ";
    text += name(how.relacy.scheduler);
    text += " scheduler";
    if (how.relacy.scheduler == worlds::relacy_scheduler::random)
        text += ", seed " + std::to_string(how.relacy.seed);
    if (how.relacy.scheduler == worlds::relacy_scheduler::bound)
        text += ", at most " + std::to_string(how.relacy.context_bound) + " preemptions";
    return text;
}

std::string refusal_at(site s, order o, const search& how) {
    namespace graph = sim::graph;
    if (how.engine != engine_kind::graph || o == order::none) return {};
    const graph::model_id m = how.graph.model;
    const graph::mapping& mapping =
        how.graph.mapping ? *how.graph.mapping : graph::default_mapping(m);
    access kind = info(s).kind;
    order as = o;
    // A store in the place of an exchange is an access of another kind, and so has another row in
    // the mapping.
    if (o == order::store_relaxed || o == order::store_release) {
        kind = access::store;
        as = o == order::store_relaxed ? order::relaxed : order::release;
    }
    const auto why = graph::lower(m, mapping, language_of(s), kind, as).refused;
    if (why.empty()) return {};
    return std::string(name(m)) + " cannot express " + std::string(name(s)) + "=" +
           std::string(name(o)) + ": " + std::string(why);
}

// The first site that cannot be expressed; the others may be wrong as well.
std::string refusal(const worlds::variant& v, const search& how) {
    for (std::size_t i = 0; i < site_count; ++i)
        if (std::string why = refusal_at(static_cast<site>(i), v.orders[static_cast<site>(i)], how);
            !why.empty())
            return why;
    return {};
}

// Refused before anything runs: the engine takes for granted that every order has a meaning.
worlds::exploration explore(const scenario& s, const worlds::variant& v, const search& how) {
    if (const std::string why = refusal(v, how); !why.empty()) throw user_error(why);
    if (how.engine == engine_kind::graph) {
        try {
            return explore_with_graph(s, v, how.graph);
        } catch (const sim::graph::schedule_error& e) {
            throw user_error(std::string("the schedule cannot be run again: ") + e.what());
        }
    }
    if (!worlds::relacy_available())
        throw machine_error(
            "this build has no Relacy (install relacy-dev and build again); "
            "--engine graph needs none");
    return explore_with_relacy(s, v, how.relacy);
}

judged judge_result(const scenario& s, const worlds::variant& v, const search& how,
                    const worlds::exploration& e) {
    judged j;
    if (const expectation* stated = expectation_of(s, v)) {
        j.stated = true;
        j.expected = expected_under(*stated, how.model());
    }
    const bool expects = j.expected != sim::violation::none;
    if (j.stated && how.engine == engine_kind::graph && how.graph.mapping &&
        e.result != worlds::verdict::inconclusive && !worlds::interrupted) {
        // Verdicts are stated for the first mapping of a model. Another one is allowed to differ,
        // and its result is reported as it is.
        j = {judgement::as_found, false, sim::violation::none};
        return j;
    }
    // A violation counts whatever ended the search; that there is none counts only if the search
    // was complete.
    if (e.result == worlds::verdict::violation)
        j.is = expects && e.kind == j.expected ? judgement::as_expected : judgement::unexpected;
    else if (e.result == worlds::verdict::inconclusive || worlds::interrupted)
        j.is = judgement::inconclusive;
    else if (expects && how.engine == engine_kind::graph && e.result != worlds::verdict::safe)
        j.is = judgement::inconclusive;  // it may lie outside of what was looked at
    else
        j.is = expects ? judgement::missing : judgement::as_expected;
    return j;
}

int exit_status_of(judgement j) {
    switch (j) {
        case judgement::as_expected:
        case judgement::as_found:
            return exit_expected;
        case judgement::inconclusive:
            return exit_inconclusive;
        default:
            return exit_unexpected;
    }
}

}  // namespace ringsim::scenarios::study
