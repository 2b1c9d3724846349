#include "scenarios/commands/graph_options_of.hpp"

#include "scenarios/commands/model_names.hpp"
#include "scenarios/user_error.hpp"

namespace ringsim::scenarios {
namespace {

constexpr std::uint64_t executions_most = 1'000'000'000'000;

}  // namespace

std::vector<std::string_view> search_choices() {
    return {"all", "bounded", "random", "pct"};
}

graph_search search_named(std::string_view name, const sim::graph::search_bounds& bounds) {
    if (name == "random") return graph_search::random;
    if (name == "pct") return graph_search::pct;
    const bool bounded = bounds.preemptions != sim::graph::no_bound ||
                         bounds.stale_reads != sim::graph::no_bound || name == "bounded";
    return bounded ? graph_search::bounded : graph_search::all;
}

bool is_sample(graph_search s) {
    return s == graph_search::random || s == graph_search::pct;
}

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
    options.choice("--search", search_, search_choices(),
                   "every execution, every schedule within bounds, or a sample (all)");
    options.number("--bound", bound_, 0, 1000, "preemptions at most; --search is bounded then");
    options.number("--stale", stale_, 0, 1000, "stale reads at most; --search is bounded then");
    options.number("--seed", seed_, 0, UINT64_MAX, "of random and pct (0)");
    options.number("--executions", executions_, 1, executions_most, "stop after so many");
    options.number("--time", seconds_, 1, 1'000'000, "stop after so many seconds");
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
    g.seed = seed_;
    g.bounds = {static_cast<unsigned>(bound_), static_cast<unsigned>(stale_)};
    g.search = search_named(search_, g.bounds);
    if (executions_ != 0)
        g.executions_max = executions_;
    else if (is_sample(g.search))
        g.executions_max = walks_default;
    if (seconds_ != 0) g.seconds_max = static_cast<double>(seconds_);
    return how;
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
