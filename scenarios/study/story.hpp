// Which steps of a trace tell what went wrong, which only lead there, and why it could happen.
#pragma once

#include <optional>
#include <vector>

#include "sim/trace_explain.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::study {

// How much of a trace is told one step at a time.
enum class detail : std::uint8_t {
    core,    // the accesses of the cycle or race, and who sleeps or is stuck
    normal,  // and what else happens to the words in question, fences, wakeups
    full,    // every step, setup included
};

struct story {
    std::optional<sim::critical_cycle> cycle;
    std::optional<sim::race_explanation> race;
    std::vector<std::uint32_t> watched;  // at most watched_max locations, see sim::locations()
    std::vector<bool> told;              // for each step: one line of its own
};

inline constexpr std::size_t watched_max = 3;

story tell(const sim::trace& t, detail how_much);

}  // namespace ringsim::scenarios::study
