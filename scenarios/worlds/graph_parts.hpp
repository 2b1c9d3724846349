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
};

// Goes through a part for about so many seconds. The result's part is what it went through. Of the
// options, only model and mapping count. Throws user_error if the scenario cannot be run.
searched_part search_part(const scenario& s, const variant& v, const graph_options& how,
                          const sim::graph::part& which, double seconds);
// The search in about so many parts, in its order; in fewer if it has no more.
std::vector<sim::graph::part> parts_of_search(const scenario& s, const variant& v,
                                              const graph_options& how, std::size_t how_many);

}  // namespace ringsim::scenarios::worlds
