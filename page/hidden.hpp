// Why a read may not read from a store: in words, with the edges that hide it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "page/execution.hpp"
#include "page/stepping.hpp"

namespace ringsim::page {

using step_text = std::function<std::string(std::uint32_t)>;

// The stores that the access `read` could see at this position: each earlier store of its location
// and the initial value, newest in coherence first. Readable are those that some way has; of each
// other one it is said what keeps a newer store before the read, where step N is called called(N).
std::vector<candidate> candidates_of(const position& p, const sim::trace_step& read,
                                     std::string_view model, const step_text& called);
// By their numbers.
std::vector<candidate> candidates_of(const position& p, const sim::trace_step& read,
                                     std::string_view model);

// A store to come that the access could read only by load buffering, and may not: in one way to go
// on it comes from behind the access, by po and rf.
struct store_from_behind {
    unsigned writer = 0;
    sim::trace_step step;
    std::string why;
};
std::vector<store_from_behind> not_read_ahead(const position& p, const way& w,
                                              std::string_view model);

}  // namespace ringsim::page
