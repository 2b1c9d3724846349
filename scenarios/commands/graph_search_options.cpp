#include "scenarios/commands/graph_search_options.hpp"

#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr std::uint64_t executions_most = 1'000'000'000'000;
constexpr std::uint64_t bound_most = 1000;

// Bounds make a bounded search of every execution.
worlds::graph_search search_named(std::string_view name, const sim::graph::search_bounds& bounds) {
    if (name == "random") return worlds::graph_search::random;
    if (name == "pct") return worlds::graph_search::pct;
    const bool bounded = bounds.preemptions != sim::graph::no_bound ||
                         bounds.stale_reads != sim::graph::no_bound ||
                         bounds.steps != sim::graph::no_bound || name == "bounded";
    return bounded ? worlds::graph_search::bounded : worlds::graph_search::all;
}

}  // namespace

void graph_search_options::declare(option_set& options) {
    options.choice("--search", search, {"all", "bounded", "random", "pct"},
                   "every execution, every schedule within bounds, or a sample (all)");
    options.number("--bound", bound, 0, bound_most,
                   "preemptions at most; --search is bounded then");
    options.number("--stale", stale, 0, bound_most,
                   "stale reads at most; --search is bounded then");
    options.number("--steps", steps, 1, sim::graph::no_bound - 1,
                   "accesses at most; --search is bounded then");
    options.number("--depth", depth, 1, bound_most, "of pct: a bug of that many turns (3)");
    options.number("--seed", seed, 0, UINT64_MAX, "of random and pct (0)");
    options.number("--executions", executions, 1, executions_most, "stop after so many");
    declare_time(options, time);
}

void graph_search_options::apply(worlds::graph_options& g) const {
    g.seed = seed;
    g.bounds = {static_cast<unsigned>(bound), static_cast<unsigned>(stale),
                static_cast<unsigned>(steps)};
    g.search = search_named(search, g.bounds);
    if (depth != 0 && g.search != worlds::graph_search::pct)
        throw user_error("--depth goes with --search pct");
    if (depth != 0) g.pct_depth = static_cast<unsigned>(depth);
    if (executions != 0)
        g.executions_max = executions;
    else if (is_sample(g.search) && time.empty())
        g.executions_max = walks_default;
    if (!time.empty()) g.seconds_max = parse_time_limit("--time", time);
}

void graph_search_options::refuse_idle_seed() const {
    if (seed != 0 && search != "random" && search != "pct")
        throw user_error("--seed goes with --search random or pct");
}

std::string_view graph_search_options::first_given() const {
    if (!search.empty()) return "--search";
    if (bound != sim::graph::no_bound) return "--bound";
    if (stale != sim::graph::no_bound) return "--stale";
    if (steps != sim::graph::no_bound) return "--steps";
    if (depth != 0) return "--depth";
    if (seed != 0) return "--seed";
    if (executions != 0) return "--executions";
    return time.empty() ? "" : "--time";
}

std::string graph_search_options::words() const {
    std::string text;
    const auto add = [&](std::string_view option, const std::string& value) {
        text += " " + std::string(option) + " " + value;
    };
    if (!search.empty()) add("--search", search);
    if (bound != sim::graph::no_bound) add("--bound", std::to_string(bound));
    if (stale != sim::graph::no_bound) add("--stale", std::to_string(stale));
    if (steps != sim::graph::no_bound) add("--steps", std::to_string(steps));
    if (depth != 0) add("--depth", std::to_string(depth));
    if (seed != 0) add("--seed", std::to_string(seed));
    return text;
}

}  // namespace ringsim::scenarios::commands
