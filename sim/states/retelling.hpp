// A way through the states, told as an execution with reads-from and coherence.
#pragma once

#include <vector>

#include "sim/states/memory.hpp"

namespace ringsim::sim::states {

// Something that happened on the way: an access, or a store that left a buffer (`left`), which is
// no event but tells the place of a write in coherence. `blocked`: a thread waits here at the end.
struct happening {
    unsigned thread = 0;
    write_name name = 0;
    label what{};
    way how{};
    std::optional<drained> left{};
    bool blocked = false;
};

// The events in the order in which they happened, each with what it reads from and, of a write, its
// place in coherence, from 1; 0 is the initial write. `found` is left to the caller.
graph::recorded_execution retell(const std::vector<happening>& way);

}  // namespace ringsim::sim::states
