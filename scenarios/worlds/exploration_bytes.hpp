// What came of an exploration, from one process to another of the same program.
#pragma once

#include "scenarios/worlds/exploration.hpp"
#include "sim/graph/bytes.hpp"

namespace ringsim::scenarios::worlds {

void put(sim::graph::byte_writer& to, const exploration& e);
// The inverse of put(). Throws std::length_error if the bytes end too soon.
exploration get_exploration(sim::graph::byte_reader& from);

}  // namespace ringsim::scenarios::worlds
