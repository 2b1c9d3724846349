#include "scenarios/commands/graph_options_of.hpp"

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"

namespace ringsim::scenarios::commands {
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
    return study::models_named(model_);
}

study::search graph_command_options::how(sim::graph::model_id m) const {
    study::search how = study::under(m);
    worlds::graph_options& g = how.graph;
    g.mapping = study::mapping_named(mapping_, m, models());
    g.stop_at_first_violation = false;
    search_.refuse_idle_seed();
    search_.apply(g);
    return how;
}

bool graph_command_options::exhaustive() const {
    worlds::graph_options g;
    search_.apply(g);
    return g.search == worlds::graph_search::all;
}

std::string_view graph_command_options::only_for_executions() const {
    if (!mapping_.empty()) return "--mapping";
    if (search_.executions != 0) return "--executions";
    if (search_.seed != 0) return "--seed";
    return exhaustive() ? "" : "a bound or --search";
}

std::string_view graph_command_options::only_for_scenarios() const {
    if (!orders_.empty()) return "--orders";
    if (!trigger_.empty()) return "--trigger";
    const bool other_code = !code_.words().empty() || code_.only_full_wakeup();
    return other_code ? "--kernel, --bits, --consumer or --wakeup" : "";
}

std::string graph_command_options::model_or(const std::string& otherwise) const {
    return model_ == graph_command_options{}.model_ ? otherwise : model_;
}

std::string_view graph_command_options::limit() const {
    if (search_.executions != 0) return "--executions";
    return search_.time.empty() ? "" : "--time";
}

bool graph_command_options::chosen() const {
    return !orders_.empty() || !trigger_.empty() || !code_.words().empty() ||
           code_.only_full_wakeup() || model_ != graph_command_options{}.model_ ||
           !only_for_executions().empty() || !limit().empty();
}

std::vector<worlds::variant> graph_command_options::variants(const scenario& s) const {
    if (!orders_.empty())
        return {study::parse_variant(orders_ + code_.words(),
                                     trigger_ == "level" ? trigger::level : trigger::edge)};
    if (!trigger_.empty())
        throw user_error("--trigger needs --orders; without it each stated variant has its own");
    const bool full = code_.only_full_wakeup();
    if (!code_.words().empty() && !full)
        throw user_error(
            "--kernel, --bits and --consumer need --orders; without it each stated "
            "variant has its own");
    std::vector<worlds::variant> all;
    for (const expectation& e : s.expect) {
        worlds::variant v = study::parse_variant(e.orders, e.how);
        if (full && v.wakeup == worlds::wakeup_path::abstract) {
            v.wakeup = worlds::wakeup_path::full;
            // A verdict of its own is stated beside the abstract one, if it is stated.
            if (study::has_own_verdict(v)) continue;
            v.orders_name =
                study::canonical_name(v.orders_name.substr(0, v.orders_name.find(' ')), v);
        }
        if (const std::string why = why_not(s, v); !why.empty())
            throw user_error("the scenario " + std::string(s.name) + " " + why);
        all.push_back(std::move(v));
    }
    return all;
}

bool graph_command_options::takes_part(const scenario& s) const {
    return !orders_.empty() || !code_.only_full_wakeup() || s.waits != wait_kind::never;
}

}  // namespace ringsim::scenarios::commands
