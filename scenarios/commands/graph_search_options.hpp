// The options that say which executions the graph engine visits; the same for every command.
#pragma once

#include <string>

#include "scenarios/commands/command.hpp"
#include "scenarios/study/search.hpp"

namespace ringsim::scenarios::commands {

// Executions of random and pct, which never end by themselves.
inline constexpr std::uint64_t walks_default = 100'000;

struct graph_search_options {
    std::string search;  // empty: not given
    std::uint64_t bound = sim::graph::no_bound;
    std::uint64_t stale = sim::graph::no_bound;
    std::uint64_t steps = sim::graph::no_bound;
    std::uint64_t depth = 0;  // 0: not given
    std::uint64_t seed = 0;
    std::uint64_t executions = 0;  // 0: not given
    std::string time;

    void declare(option_set& options);
    // Throws user_error.
    void apply(worlds::graph_options& g) const;
    // A seed changes nothing but a sample. Throws user_error.
    void refuse_idle_seed() const;
    // The first that was given, as "--search"; empty if there is none.
    std::string_view first_given() const;
    // Those that were given, as words of a command line: " --search random --seed 5".
    std::string words() const;
};

}  // namespace ringsim::scenarios::commands
