// A schedule on Relacy as text: relacy:1:SCENARIO:SEARCH:STATE:CHECK.
//
// SEARCH is random, full, or boundN with N preemptions; STATE is the number of the random iteration
// or the choices on the way to the execution; CHECK ties the text to the scenario and the variant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/worlds/exploration.hpp"
#include "sim/relacy_run.hpp"

namespace ringsim::scenarios::worlds {

struct relacy_schedule {
    sim::relacy_search search = sim::relacy_search::random;
    unsigned context_bound = 0;
    std::string state;
};

std::string write_relacy_schedule(const relacy_schedule& schedule, const scenario& s,
                                  const variant& v);

// Throws user_error, with one line, if the text is damaged or belongs to another
// scenario, variant or version.
relacy_schedule parse_relacy_schedule(std::string_view text, const scenario& s, const variant& v);

// The first random iteration of a seed. Relacy's generator has 40 bits of state, all of them taken
// from the number of the iteration; seed 0 starts at its beginning.
std::uint64_t first_iteration(std::uint64_t seed);

}  // namespace ringsim::scenarios::worlds
