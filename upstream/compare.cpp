#include "upstream/compare.hpp"

#include <nlohmann/json.hpp>

namespace ringsim::upstream_code {
namespace {

using nlohmann::ordered_json;

// How executions end; what cuts one short is an end as well.
std::map<std::string, bool> all_ends(const result& r) {
    std::map<std::string, bool> ends;
    for (const auto& [state, e] : r.ends) ends[state] = e.violating;
    for (const auto& [what, n] : r.cut_short) ends[what] = true;
    return ends;
}

std::string verdict_of(const result& r) {
    std::string text(name(r.verdict));
    if (r.violating > 0)
        text += fmt::format(" ({} of {})", r.violating, r.executions + r.ended_early);
    else if (r.verdict == answer::holds)
        text += fmt::format(" ({})", r.executions);
    return text;
}

}  // namespace

bool difference::is_worse() const {
    return !fresh.empty() || (after.violating > 0 && before.violating == 0);
}

difference compare(sim::graph::model_id m, result before, result after) {
    difference d{m, std::move(before), std::move(after), {}, {}};
    const auto was = all_ends(d.before);
    const auto is = all_ends(d.after);
    for (const auto& [state, violating] : is)
        if (!was.contains(state)) d.fresh.push_back((violating ? "* " : "  ") + state);
    for (const auto& [state, violating] : was)
        if (!is.contains(state)) d.gone.push_back((violating ? "* " : "  ") + state);
    return d;
}

void print(scenarios::render::text_page& page, const scenarios::scenario& s,
           const std::vector<difference>& all, const sources& after, bool with_steps) {
    page.add(page.bold(std::string(s.name)));
    for (const difference& d : all) {
        const bool same = d.fresh.empty() && d.gone.empty();
        page.line("  {}  {} -> {}{}", scenarios::render::padded(sim::graph::name(d.model), 10),
                  verdict_of(d.before), verdict_of(d.after), same ? "   the same ends" : "");
        for (const std::string& state : d.gone) page.add_wrapped("      gone " + state, 13);
        for (const std::string& state : d.fresh) page.add_wrapped("      new  " + state, 13);
    }
    if (!with_steps) return;
    for (const difference& d : all) {
        if (!d.is_worse() || d.after.steps.empty()) continue;
        page.line("");
        page.line("execution {} of the code after the change, under {}:", d.after.found_in,
                  sim::graph::name(d.model));
        print_steps(page, after, d.after);
        return;
    }
    for (const difference& d : all) {
        if (d.after.steps.empty()) continue;
        page.line("");
        page.line("violated after the change as well; execution {} under {}:", d.after.found_in,
                  sim::graph::name(d.model));
        print_steps(page, after, d.after);
        return;
    }
}

ordered_json to_json(const scenarios::scenario& s, const difference& d) {
    return {{"scenario", s.name},
            {"model", sim::graph::name(d.model)},
            {"before", name(d.before.verdict)},
            {"after", name(d.after.verdict)},
            {"new", d.fresh},
            {"gone", d.gone}};
}

}  // namespace ringsim::upstream_code
