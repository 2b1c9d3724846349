// Why a read may not read from a store: in words, with the edges that hide it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "page/execution.hpp"
#include "page/stepping.hpp"

namespace ringsim::page {

// The stores that the access `read` could see at this position: each earlier store of its location
// and the initial value, newest in coherence first. Readable are those that some way has; of each
// other one it is said what keeps a newer store before the read.
std::vector<candidate> candidates_of(const position& p, const sim::trace_step& read,
                                     std::string_view model);

}  // namespace ringsim::page
