// Random small programs, the same for the same seed on every machine.
#pragma once

#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

// Two to four threads with four to about ten accesses in all: loads, stores, read-modify-writes and
// fences of every order, now and then something to wait for, and accesses that depend on a value
// read before.
test_program generate(std::uint64_t seed);

}  // namespace ringsim::tests
