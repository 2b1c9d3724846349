#include "scenarios/comparison.hpp"

#include <algorithm>
#include <map>

#include "scenarios/render/outcome_text.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios {
namespace {

// How the executions of one table end: the line that tells it, and whether it is a violation.
using ends = std::map<std::string, bool>;

ends ends_of(const scenario& s, const variant& v, search how, bool& finished) {
    ends found;
    how.graph.stop_at_first_violation = false;
    how.graph.smallest = false;
    how.graph.on_begin = [&] { found.clear(); };
    how.graph.on_outcome = [&](const outcome& o, bool violating) {
        found[outcome_text(s, o)] |= violating;
    };
    const exploration e = explore(s, v, how);
    if (e.ended_early > 0) found[std::string(race_end)] = true;
    finished = finished && e.finished;
    return found;
}

// The smallest execution with this end.
sim::trace example(const scenario& s, const variant& v, search how, const std::string& end) {
    how.graph.stop_at_first_violation = false;
    how.graph.smallest = true;
    if (end != race_end)
        how.graph.wanted = [&](const outcome& o) { return outcome_text(s, o) == end; };
    return sim::sequenced(explore(s, v, how).counterexample);
}

}  // namespace

std::size_t comparison::more(bool of_second) const {
    return static_cast<std::size_t>(
        std::ranges::count(differences, of_second, &difference::of_second));
}

comparison compare_variants(const scenario& s, const variant& first, const variant& second,
                            const search& how) {
    comparison c;
    c.of = &s;
    c.model = how.graph.model;
    const ends of_first = ends_of(s, first, how, c.finished);
    const ends of_second = ends_of(s, second, how, c.finished);
    c.ends_of_first = of_first.size();
    c.ends_of_second = of_second.size();
    for (const auto& [end, violates] : of_second)
        if (!of_first.contains(end))
            c.differences.push_back({end, violates, true, example(s, second, how, end)});
    for (const auto& [end, violates] : of_first)
        if (!of_second.contains(end))
            c.differences.push_back({end, violates, false, example(s, first, how, end)});
    return c;
}

}  // namespace ringsim::scenarios
