// Random small programs, the same for the same seed on every machine.
#pragma once

#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

// Two to four threads with four to about ten accesses in all: loads, stores, read-modify-writes and
// fences of every order, now and then something to wait for, and accesses that depend on a value
// read before.
test_program generate(std::uint64_t seed);
// The same, in the instructions of the model where it has its own, with dependencies stated in half
// of the programs.
test_program generate(std::uint64_t seed, graph::model_id m);

}  // namespace ringsim::tests
