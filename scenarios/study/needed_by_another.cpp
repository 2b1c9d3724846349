#include "scenarios/study/needed_by_another.hpp"

#include <algorithm>

#include "scenarios/study/idle_orders.hpp"
#include "scenarios/study/scenario_names.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/site_use.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::study {

const scenario* needed_by_another(const std::vector<const scenario*>& chosen,
                                  const worlds::variant& base, site where, order weaker,
                                  sim::graph::model_id m) {
    search how = under(m);
    how.graph.smallest = false;
    const worlds::variant weakened = changed(base, where, weaker);
    if (!refusal(base, how).empty() || !refusal(weakened, how).empty()) return nullptr;
    for (const scenario* s : scenarios_of_orders({})) {
        if (worlds::interrupted) return nullptr;
        if (std::ranges::find(chosen, s) != chosen.end()) continue;
        if (!takes_part(*s, base, where) || !worlds::why_not(*s, base).empty()) continue;
        // Most scenarios do not need the order, so the weaker one is the first to be tried.
        if (explore(*s, weakened, how).result == worlds::verdict::violation &&
            explore(*s, base, how).result == worlds::verdict::safe)
            return s;
    }
    return nullptr;
}

std::string why_not_needed(const std::vector<const scenario*>& chosen, const worlds::variant& base,
                           site where, order weaker, sim::graph::model_id m) {
    const auto model = under(m).model();
    if (const std::string_view why = why_idle(where, weaker, model); !why.empty())
        return std::string(why);
    const scenario* s = needed_by_another({}, base, where, weaker, m);
    if (!s && worlds::interrupted) return "nobody knows: the search for one was stopped";
    if (!s) return "no other scenario needs it either, with these orders";
    const bool missed = std::ranges::find(chosen, s) != chosen.end();
    return std::string(s->name) +
           (missed ? " does need it, in an execution that was not met here" : " needs it");
}

}  // namespace ringsim::scenarios::study
