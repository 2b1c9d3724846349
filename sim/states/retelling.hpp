// A way through the states, told as an execution with reads-from and coherence.
#pragma once

#include <vector>

#include "sim/states/memory.hpp"

namespace ringsim::sim::states {

// Something that happened on the way: an access, or a store that left a buffer.
struct happening {
    unsigned thread = 0;
    write_name name = 0;
    label what{};
    way how{};
    std::optional<drained> left{};
    bool blocked = false;
};

graph::recorded_execution retell(const std::vector<happening>& way);

}  // namespace ringsim::sim::states
