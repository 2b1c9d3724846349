// A search of a scenario with the graph engine, in parts that are gone through one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/worlds/exploration.hpp"
#include "sim/graph/part.hpp"

namespace ringsim::scenarios::worlds {

// What is known of a part of a search.
struct searched_part {
    sim::graph::part part;                 // that the counts are of
    std::optional<sim::graph::part> rest;  // of what was asked for, which nobody has gone through
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;
    std::uint64_t inconsistent = 0;
    std::uint64_t violating = 0;
    std::uint64_t ended_early = 0;
    std::string reached;  // for each sometimes-condition of the scenario, 1 or 0
    // The first violation, if there is one.
    std::string kind;
    std::string what;
    std::string schedule;
    // Under models with load buffering, where reads may be promised writes: of each name one, in
    // the order of the search. Nothing of what comes of that is in the counts.
    std::vector<sim::graph::promise_point> points{};
};

// Goes through a part for about so many seconds. The result's part is what it went through. Of the
// options, only model and mapping count. Throws user_error if the scenario cannot be run.
searched_part search_part(const scenario& s, const variant& v, const graph_options& how,
                          const sim::graph::part& which, double seconds);
// What is known of all executions without a cycle in po | rf, and of those with one, which it
// visits; `so_far` is of the whole search. Nothing, if it was interrupted. Throws user_error.
std::optional<searched_part> with_cycles(const scenario& s, const variant& v,
                                         const graph_options& how, const searched_part& so_far);
// The search in about so many parts, in its order; in fewer if it has no more.
std::vector<sim::graph::part> parts_of_search(const scenario& s, const variant& v,
                                              const graph_options& how, std::size_t how_many);

}  // namespace ringsim::scenarios::worlds
