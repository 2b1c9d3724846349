// The random sequences of the conformance check.
#pragma once

#include <rapidcheck/Gen.h>

#include "tests/live/conformance.hpp"

namespace ringsim::tests {

// Sequences of as many steps as rapidcheck's size says, at most, on rings of several sizes.
rc::Gen<sequence> any_sequence(ring_mode mode = ring_mode::usual);

}  // namespace ringsim::tests
