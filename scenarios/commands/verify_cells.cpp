#include "scenarios/commands/verify_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/render/report.hpp"
#include "scenarios/study/site_visits.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

bool all_reached(const worlds::exploration& e) {
    return std::ranges::find(e.reached, false) == e.reached.end();
}

// The name of the mapping by which accesses became instructions.
std::string_view mapping_text(const study::search& how) {
    return how.graph.mapping ? how.graph.mapping->name
                             : sim::graph::default_mapping(how.graph.model).name;
}

std::string_view name(against_base change) {
    constexpr std::string_view names[] = {"", "same", "worse", "better"};
    return names[static_cast<std::size_t>(change)];
}

std::string_view mark_of(const cell& c) {
    if (c.unexpected()) return " (!)";
    return c.change == against_base::better ? " (+)" : "";
}

}  // namespace

bool row::differs() const {
    return std::ranges::any_of(cells, [](const cell& c) {
        return c.change == against_base::worse || c.change == against_base::better;
    });
}

std::optional<worlds::variant> base_of(const worlds::variant& v) {
    const std::string base = v.orders_name.substr(0, v.orders_name.find(' '));
    if (base.size() == v.orders_name.size() || base.find('=') != std::string::npos) return {};
    worlds::variant plain = study::parse_variant(base, v.how);
    plain.wakeup = v.wakeup;
    return plain;
}

void compare(cell& c, const cell& base) {
    const auto decided = [](const cell& one) {
        return one.refused.empty() && (one.result.result == worlds::verdict::safe ||
                                       one.result.result == worlds::verdict::violation);
    };
    if (!decided(c) || !decided(base)) return;
    const bool bad = c.result.result == worlds::verdict::violation;
    const bool base_bad = base.result.result == worlds::verdict::violation;
    c.change = bad == base_bad && (!bad || c.result.kind == base.result.kind) ? against_base::same
               : bad                                                          ? against_base::worse
                     : against_base::better;
}

std::string variant_text(const worlds::variant& v) {
    return v.orders_name + (v.how == trigger::level ? ", level" : std::string());
}

bool vacuous(const row& r, const cell& c) {
    return c.result.result == worlds::verdict::safe && !all_reached(c.result) &&
           r.code.orders_name.find('=') == std::string::npos && !c.how.graph.mapping;
}

bool cut_short(const cell& c) {
    const bool exhaustive = c.how.graph.search == worlds::graph_search::all ||
                            c.how.graph.search == worlds::graph_search::bounded;
    return c.refused.empty() && !c.result.finished && (exhaustive || worlds::interrupted);
}

bool for_a_dependency(const cell& c) {
    return c.result.by_dependency == worlds::exploration::cure::dependency;
}

std::string cell_text(const row& r, const cell& c) {
    const worlds::exploration& e = c.result;
    if (!c.refused.empty()) return "refused";
    if (c.how.graph.probes != 0) return fmt::format("about {:.3g}", e.estimate);
    const std::string_view mark = mark_of(c);
    switch (e.result) {
        case worlds::verdict::violation:
            return fmt::format("{} of {}{}{}{}", e.violating, e.executions + e.ended_early,
                               for_a_dependency(c) ? " *" : "", cut_short(c) ? ", cut" : "", mark);
        case worlds::verdict::safe:
            return fmt::format("{}{}{}", e.executions, mark, vacuous(r, c) ? " VACUOUS" : "");
        case worlds::verdict::no_violation_found:
            return fmt::format("{}{}{}", e.finished ? "bounded, " : "0 of ", e.executions, mark);
        default:
            return "inconclusive";
    }
}

std::string short_text(const row& r, const cell& c) {
    if (!c.refused.empty()) return "-";
    std::string text = c.result.result == worlds::verdict::violation ? "BAD" : "ok";
    switch (c.result.result) {
        case worlds::verdict::safe:
        case worlds::verdict::violation:
            break;
        case worlds::verdict::no_violation_found:
            text = "(ok)";
            break;
        default:
            text = "?";
    }
    if (c.result.kind == sim::violation::lost_notification) text = "LOST";
    if (c.result.kind == sim::violation::data_race) text = "RACE";
    if (for_a_dependency(c)) text += "*";
    if (c.change == against_base::better) text += "+";
    return text + (c.unexpected() || vacuous(r, c) ? "!" : "");
}

std::string kinds_of(const row& r) {
    std::vector<std::string_view> kinds;
    for (const cell& c : r.cells)
        if (c.result.result == worlds::verdict::violation &&
            std::ranges::find(kinds, sim::name(c.result.kind)) == kinds.end())
            kinds.push_back(sim::name(c.result.kind));
    return joined(kinds);
}

ordered_json estimate_json(const row& r, const cell& c) {
    return {{"scenario", r.of->name},
            {"orders", r.code.orders_name},
            {"trigger", study::name(r.code.how)},
            {"model", c.how.model_name()},
            {"mapping", mapping_text(c.how)},
            {"complete", false},
            {"estimate", c.result.estimate}};
}

ordered_json to_json(const row& r, const cell& c) {
    const worlds::exploration& e = c.result;
    ordered_json j{{"scenario", r.of->name},
                   {"orders", r.code.orders_name},
                   {"trigger", study::name(r.code.how)},
                   {"model", c.how.model_name()},
                   {"mapping", mapping_text(c.how)},
                   {"verdict", render::verdict_word(e)},
                   {"violation", sim::name(e.kind)},
                   {"executions", e.executions},
                   {"stated", c.stated ? to_text(*c.stated) : ""},
                   {"violating", e.violating},
                   {"ended_early", e.ended_early},
                   {"blocked", e.blocked},
                   {"inconsistent", e.inconsistent},
                   {"cut_off", e.cut_off},
                   {"complete", c.refused.empty() && render::complete(c.how, e)},
                   {"limit", e.limit},
                   {"covered", e.covered},
                   {"refused", c.refused},
                   {"dependency", render::dependency_text(e)},
                   {"judgement", render::judgement_text(c.judgement)},
                   {"vacuous", vacuous(r, c)},
                   {"base", r.base ? r.base->orders_name : ""},
                   {"against_base", name(c.change)},
                   {"not_executed", study::names_of(study::not_executed(r.code, e))}};
    j["reached"] = ordered_json::object();
    for (std::size_t i = 0; i < r.of->sometimes.size(); ++i)
        j["reached"][std::string(r.of->sometimes[i].name)] = i < e.reached.size() && e.reached[i];
    return j;
}

}  // namespace ringsim::scenarios::commands
