// Hand-made counterexamples, in an order in which a random search might find them.
#pragma once

#include "sim/trace.hpp"

namespace ringsim::tests {

// lost-wakeup with libbpf's orders: store buffering on consumer_pos and the header of B.
sim::trace lost_wakeup_sample();

// publish with a relaxed load of the header: the payload races.
sim::trace race_sample();

}  // namespace ringsim::tests
