// check --checkpoint and --resume: a search of a program that may be killed.
#pragma once

#include <memory>

#include "scenarios/commands/check_options.hpp"
#include "scenarios/commands/check_search.hpp"
#include "scenarios/commands/checkpoint.hpp"

namespace ringsim::scenarios::commands {

// Writes down what is known every few seconds. With --resume, the file says what is searched:
// `what` becomes that, and this process is in its directory then. Throws user_error.
std::unique_ptr<check_search> kept_search_of(const checkpoint_options& asked, check_options& what);

}  // namespace ringsim::scenarios::commands
