// museum --engine states: the rows of the museum as rings that run without end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/museum.hpp"
#include "scenarios/program/settings.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::scenarios::commands {

struct endless_tour {
    std::vector<sim::graph::model_id> models;
    std::uint64_t states_max = 0;  // of one ring
    std::uint64_t rc11_states_max = 0;
    // Rows that somebody asked for; else those that have an endless form.
    bool asked_for = false;
    std::string time;  // as --time gave it; empty: no limit
};

// Returns an exit status.
int show_endless(const std::vector<museum_row>& rows, const endless_tour& tour,
                 const settings& global);

}  // namespace ringsim::scenarios::commands
