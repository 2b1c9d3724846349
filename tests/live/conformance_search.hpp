// rapidcheck over the conformance check: it draws sequences, and shrinks one that disagrees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/live/conformance.hpp"

namespace ringsim::tests {

struct counterexample {
    sequence steps;  // the smallest that rapidcheck came to
    std::string what;
    std::uint64_t seed = 0;  // a search with this seed meets it among its first sequences
    unsigned shrinks = 0;
    std::string text() const;
};

struct search_result {
    std::uint64_t operations = 0;
    std::optional<counterexample> found;
};

// Compares random sequences until `operations` operations are done or one disagrees. The same for
// the same arguments, on every machine.
search_result search(std::uint64_t seed, std::uint64_t operations, mutant broken = mutant::none);

}  // namespace ringsim::tests
