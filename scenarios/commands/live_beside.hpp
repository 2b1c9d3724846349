// What `ringsim live --beside-libbpf` prints: our consumer and libbpf's functions, on rings of one
// size, with the same producer, in turn.
#pragma once

#include <array>
#include <vector>

#include "consumer/live/experiment.hpp"
#include "scenarios/program/settings.hpp"

namespace ringsim::scenarios::commands {

inline constexpr unsigned live_turns = 5;
// Ours stands before the function of libbpf that does the same.
inline constexpr std::array live_measured{
    consumer::live::measured::epoll, consumer::live::measured::libbpf_poll,
    consumer::live::measured::busy, consumer::live::measured::libbpf_consume};
// The turns of each of them.
using live_turns_seen = std::array<std::vector<consumer::live::observation>, live_measured.size()>;

// Whether a record was lost, torn or out of order in any turn.
bool sequences_broken(const live_turns_seen& seen);

void print_live_beside(const settings& global, const consumer::live::experiment_setup& setup,
                       const live_turns_seen& seen, bool interrupted);

}  // namespace ringsim::scenarios::commands
