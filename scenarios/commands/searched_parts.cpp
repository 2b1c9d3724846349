#include "scenarios/commands/searched_parts.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {

known_problem one_problem(std::string_view command, const std::vector<std::string>& names,
                          const graph_command_options& asked) {
    if (names.empty())
        throw user_error(fmt::format("{}: name a scenario; see `ringsim list`", command));
    if (!asked.exhaustive())
        throw user_error(fmt::format("{}: only a search of every execution can be cut", command));
    const auto models = asked.models();
    if (models.size() != 1)
        throw user_error(fmt::format("{}: takes one model, as in --model rc11", command));
    const auto chosen = study::scenarios_named(names);
    if (chosen.size() != 1) throw user_error(fmt::format("{}: takes one scenario", command));
    if (const std::string_view limit = asked.limit(); !limit.empty())
        throw user_error(
            fmt::format("{}: goes through all of a search; leave out {}", command, limit));
    const std::vector<worlds::variant> variants = asked.variants(*chosen.front());
    if (variants.size() != 1)
        throw user_error(fmt::format("{}: takes one order table, as in --orders {}", command,
                                     variants.front().orders_name));
    known_problem k{chosen.front(), variants.front(), asked.how(models.front())};
    if (const std::string why = why_not(*k.of, k.code); !why.empty())
        throw user_error("the scenario " + std::string(k.of->name) + " " + why);
    return k;
}

known_problem find_problem(const study::shared_problem& p, const std::string& path) {
    known_problem k;
    k.of = study::scenarios_named({p.scenario}).front();
    k.code = study::parse_variant(
        p.orders, p.trigger == study::name(trigger::level) ? trigger::level : trigger::edge);
    const std::vector<sim::graph::model_id> models = study::models_named(p.model);
    k.how = study::under(models.front());
    if (!p.mapping.empty())
        k.how.graph.mapping = study::mapping_named(p.mapping, models.front(), models);
    k.how.graph.stop_at_first_violation = false;
    if (problem_of(*k.of, k.code, k.how) != p)
        throw user_error(path +
                         ": is of another build of ringsim, which goes through a search in "
                         "another order; begin again with this one");
    return k;
}

std::optional<study::shard_result> with_all_executions(const known_problem& k,
                                                       const study::shard_result& r) {
    const auto all = worlds::with_cycles(*k.of, k.code, k.how.graph, r);
    if (!all) return std::nullopt;
    return study::shard_result{*all, r.of};
}

int report_parts(const known_problem& k, const study::shard_result& r, std::size_t parts,
                 const settings& global) {
    worlds::exploration e;
    e.finished = true;
    e.result = r.violating > 0 ? worlds::verdict::violation : worlds::verdict::safe;
    for (std::size_t i = 1; i < static_cast<std::size_t>(sim::violation::count_); ++i)
        if (sim::name(static_cast<sim::violation>(i)) == r.kind)
            e.kind = static_cast<sim::violation>(i);
    const study::judged j = judge_result(*k.of, k.code, k.how, e);
    const std::string text = r.violating > 0 ? "VIOLATED: " + r.what : "HOLDS";
    if (global.json) {
        nlohmann::ordered_json json{{"schema", "ringsim/merge"}, {"version", 1},
                                    {"scenario", r.of.scenario}, {"orders", r.of.orders},
                                    {"trigger", r.of.trigger},   {"model", r.of.model}};
        if (parts != 0) json["shards"] = parts;
        json["executions"] = r.executions;
        json["ended_early"] = r.ended_early;
        json["blocked"] = r.blocked;
        json["violating"] = r.violating;
        json["kind"] = r.kind;
        json["what"] = r.what;
        json["schedule"] = r.schedule;
        json["reached"] = r.reached;
        fmt::print("{}\n", json.dump(2));
        return exit_status_of(j.is);
    }
    fmt::print("{}   orders {}   trigger {}   model {}\n", r.of.scenario, r.of.orders, r.of.trigger,
               k.how.model_and_mapping());
    fmt::print("{}: {} executions{}, {} blocked, {} violating\n", text,
               r.executions + r.ended_early, parts == 0 ? "" : fmt::format(" in {} shards", parts),
               r.blocked, r.violating);
    for (std::size_t i = 0; i < r.reached.size(); ++i)
        if (r.reached[i] == '0') fmt::print("never: {}\n", k.of->sometimes[i].name);
    if (!r.schedule.empty()) fmt::print("the first violation: {}\n", r.schedule);
    return exit_status_of(j.is);
}

}  // namespace ringsim::scenarios::commands
