#include "scenarios/commands/graph_options_of.hpp"

#include "scenarios/commands/model_names.hpp"
#include "scenarios/user_error.hpp"

namespace ringsim::scenarios {
void graph_command_options::declare(option_set& options) {
    options.text("--orders", orders_, "TABLE",
                 "a table, or one with SITE=ORDER changes (all that are stated)");
    options.choice("--trigger", trigger_, {"edge", "level"},
                   "how epoll reports, with --orders (edge)");
    code_.declare(options);
    options.text("--model", model_, "MODELS",
                 "memory models, or all; see `ringsim models` (" + model_ + ")");
    options.text("--mapping", mapping_, "MAPPINGS",
                 "how accesses become instructions: `ringsim models` (the first)");
    search_.declare(options);
}

std::vector<sim::graph::model_id> graph_command_options::models() const {
    return models_named(model_);
}

search graph_command_options::how(sim::graph::model_id m) const {
    search how;
    how.engine = engine_kind::graph;
    graph_options& g = how.graph;
    g.model = m;
    g.mapping = mapping_named(mapping_, m, models());
    g.stop_at_first_violation = false;
    search_.apply(g);
    return how;
}

bool graph_command_options::exhaustive() const {
    graph_options g;
    search_.apply(g);
    return g.search == graph_search::all;
}

std::vector<variant> graph_command_options::variants(const scenario& s) const {
    if (!orders_.empty())
        return {parse_variant(orders_ + code_.words(),
                              trigger_ == "level" ? trigger::level : trigger::edge)};
    if (!trigger_.empty())
        throw user_error("--trigger needs --orders; without it each stated variant has its own");
    if (!code_.words().empty())
        throw user_error(
            "--kernel, --bits and --consumer need --orders; without it each stated "
            "variant has its own");
    std::vector<variant> all;
    for (const expectation& e : s.expect) all.push_back(parse_variant(e.orders, e.how));
    return all;
}

}  // namespace ringsim::scenarios
