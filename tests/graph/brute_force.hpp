// The oracle: what the engine's explorers must find, computed the naive way, without the engine's
// algorithm or models. Shared with the engine are the mapping table and nothing else.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "tests/graph/axioms.hpp"
#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

// Every execution of a program that ends: all threads have finished, or those that have not wait
// for ever. Executions with a data race or a failure are not in the set.
struct all_executions {
    std::set<std::string> texts;       // to_text(plain_execution)
    std::set<std::string> racy;        // the same, of executions with a data race
    std::set<std::string> race_words;  // locations on which an execution has a race
    bool fails = false;                // an execution reaches `fail`
    // Executions that only values which are their own reason make: no machine has them, a model
    // that sees no dependencies allows them, and the engine may find them or not.
    std::set<std::string> self_made;
    bool self_made_fails = false;
};

// All combinations of control paths, rf and co, filtered by the axioms. Nothing if there are more
// than `candidates_max` combinations.
std::optional<all_executions> by_axioms(const test_program& p, graph::model_id m,
                                        std::uint64_t candidates_max);

// All interleavings of the threads, access by access: sequential consistency by its definition.
// Nothing if there are more than `steps_max` steps in all.
std::optional<all_executions> by_interleaving(const test_program& p, std::uint64_t steps_max);

}  // namespace ringsim::tests
