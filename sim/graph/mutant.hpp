// Faults that test builds put into the engine, one at a time, to see that the tests notice:
// compiled with -DRINGSIM_ENGINE_MUTANT=NAME. There is none in any other build.
#pragma once

#include <cstdint>

namespace ringsim::sim::graph {

enum class mutant : std::uint8_t {
    none,
    no_psc,                  // rc11: without the axiom SC
    no_release_sequence,     // rc11: rs ends at the first write
    no_race_of_later_write,  // rc11: a race of a read with a write added later
    no_mfence,               // x86-tso: MFENCE does not drain the store buffer
    rmw_as_plain_pair,       // without the axiom ATOMICITY
    forgotten_revisit,       // a write revisits one read at most
    no_maximality,           // a write revisits whatever is after it
    no_floor_of_revisited,   // a read may be revisited from below what its thread knows
    hang_on_stale_read,      // a thread waits for ever although the write it waits for is there
};

#ifndef RINGSIM_ENGINE_MUTANT
#define RINGSIM_ENGINE_MUTANT none
#endif
inline constexpr mutant active_mutant = mutant::RINGSIM_ENGINE_MUTANT;

consteval bool mutated(mutant m) {
    return m == active_mutant;
}

}  // namespace ringsim::sim::graph
