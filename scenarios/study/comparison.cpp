#include "scenarios/study/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "scenarios/study/outcome_text.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::study {
namespace {

// The ends of one table: what is compared.
struct all_ends {
    std::set<execution_end> found{};
    std::array<bool, site_count> executed{};
    bool finished = false;
    bool races = false;
};

// Every execution, violating or not.
all_ends ends_of(const scenario& s, const worlds::variant& v, search how) {
    tally_of_ends tally(s);
    how.graph.stop_at_first_violation = false;
    how.graph.smallest = false;
    how.graph.ends = &tally;
    const worlds::exploration e = explore(s, v, how);
    all_ends ends{.executed = e.executed, .finished = e.finished};
    for (const auto& [end, executions] : tally.ended()) ends.found.insert(end);
    for (const auto& [end, executions] : tally.cut_short()) {
        const bool race = end.found == sim::violation::data_race;
        ends.races = ends.races || race;
        ends.found.insert(race ? execution_end{std::string(race_end), end.found} : end);
    }
    return ends;
}

// The smallest execution with this end. A search of its own for each end: to keep an execution for
// every end of the first search would cost more, and most ends are no difference.
sim::trace example(const scenario& s, const worlds::variant& v, search how,
                   const execution_end& end) {
    how.graph.stop_at_first_violation = false;
    how.graph.smallest = true;
    how.graph.wanted = [&](const outcome& o, sim::violation found) {
        return execution_end{outcome_text(s, o), found} == end;
    };
    how.graph.wanted_cut_short = [&](sim::violation found, const std::string& what) {
        return found == end.found && (found == sim::violation::data_race || what == end.text);
    };
    return sim::sequenced(explore(s, v, how).counterexample);
}

}  // namespace

std::size_t comparison::more(bool of_second) const {
    return static_cast<std::size_t>(
        std::ranges::count(differences, of_second, &difference::of_second));
}

std::string weaker_forbids(const worlds::variant& first, const worlds::variant& second,
                           const comparison& c) {
    worlds::variant same_code = second;
    same_code.orders = first.orders;
    if (!same_code.same_code_as(first) || c.second_races || !c.finished) return {};
    for (const site_info& row : site_table)
        if (!at_most(second.orders[row.is], first.orders[row.is])) return {};
    const auto forbidden = std::ranges::find(c.differences, false, &difference::of_second);
    if (forbidden == c.differences.end()) return {};
    return fmt::format("{} under {}: {} is weaker than {} and forbids what that allows: {}",
                       c.of->name, sim::graph::name(c.model), second.orders_name, first.orders_name,
                       forbidden->end.text);
}

comparison compare_variants(const scenario& s, const worlds::variant& first,
                            const worlds::variant& second, const search& how) {
    comparison c;
    c.of = &s;
    c.model = how.graph.model;
    const all_ends of_first = ends_of(s, first, how);
    const all_ends of_second = ends_of(s, second, how);
    c.ends_of_first = of_first.found.size();
    c.ends_of_second = of_second.found.size();
    c.finished = of_first.finished && of_second.finished;
    c.second_races = of_second.races;
    for (std::size_t i = 0; i < site_count; ++i)
        c.executed[i] = of_first.executed[i] || of_second.executed[i];
    // That a table does not allow an end is known only if all its executions were visited. Where
    // the first has a data race it may end in any way, and so in each that is no violation.
    // One that is a violation is told all the same: nobody would want it taken for granted.
    const auto allowed_by_first = [&](const execution_end& end) {
        return of_first.found.contains(end) ||
               (of_first.races && end.found == sim::violation::none);
    };
    if (of_first.finished)
        for (const execution_end& end : of_second.found)
            if (!allowed_by_first(end))
                c.differences.push_back({end, true, example(s, second, how, end)});
    if (of_second.finished && !c.second_races)
        for (const execution_end& end : of_first.found)
            if (!of_second.found.contains(end))
                c.differences.push_back({end, false, example(s, first, how, end)});
    // A bug of the engine or of a mapping, and not of whoever asked.
    if (const std::string wrong = weaker_forbids(first, second, c); !wrong.empty())
        throw std::logic_error(wrong);
    return c;
}

}  // namespace ringsim::scenarios::study
