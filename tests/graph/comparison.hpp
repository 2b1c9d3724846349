// The engine against the oracle, on one program: the same executions, each once.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tests/graph/brute_force.hpp"

namespace ringsim::tests {

// An explorer of the engine, or one with a fault in it.
using explorer = std::function<graph::exploration_report(
    graph::model_id, graph::program&, const std::vector<graph::location_info>&,
    const graph::exploration_limits&, graph::observer&)>;

enum class mismatch : std::uint8_t {
    none,
    too_large,         // nothing compared: the oracle gave up
    missing,           // the engine does not find an execution
    extra,             // the engine finds an execution that the model forbids
    duplicate,         // the engine visits an execution twice
    wrong_verdict,     // about races or failures
    wrong_facts,       // the program saw other values than the graph has
    not_exhausted,     // the engine gave up
    oracles_disagree,  // by_axioms() and by_interleaving()
};

struct comparison {
    mismatch found = mismatch::none;
    std::string what;              // the executions in question, a line each
    std::uint64_t executions = 0;  // compared
};

comparison compare(const test_program& p, graph::model_id m, const explorer& explore);

// The smallest program found, by leaving things out of `p`, with the same kind of mismatch.
test_program shrink(const test_program& p, graph::model_id m, const explorer& explore);

// A report of a program that does not compare: shrunk, with what is wrong.
std::string explain(const test_program& p, graph::model_id m, const explorer& explore);

}  // namespace ringsim::tests
