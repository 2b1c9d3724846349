// How an execution ended, as one line.
#pragma once

#include <string>

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios::study {

// "cpu0: done; user: took 0xa, asleep; consumer_pos 16, producer_pos 32". Two executions with the
// same line ended in the same way, as far as the threads and the ring's positions tell.
std::string outcome_text(const scenario& s, const outcome& o);

}  // namespace ringsim::scenarios::study
