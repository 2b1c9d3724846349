// A ring that runs without end: producers that make records for ever, each of which may stop behind
// any of them, and a consumer that takes, sleeps and wakes for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/worlds/states.hpp"

namespace ringsim::scenarios::worlds {

struct endless_options {
    unsigned producers = 1;
    // Attempts of each producer; without a number there is no end of them.
    std::optional<std::uint64_t> records;
    std::uint32_t ring_bytes = 64;
};
inline constexpr unsigned endless_producers_max = 4;

// Whether the scenario is about what an endless ring does too: the same property of the same code.
bool has_endless_form(const scenario& s);
// The producers that it has if nobody says how many.
unsigned endless_producers(const scenario& s);

// Why there is no endless ring of this variant under the model, as one clause; empty if there is.
std::string why_not_endless(const variant& v, sim::graph::model_id m);

// Throws user_error if there is no such ring.
states_exploration explore_endless(const variant& v, const endless_options& ring,
                                   const states_options& options);

}  // namespace ringsim::scenarios::worlds
