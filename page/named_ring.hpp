// The ring of the kernel's own code, by the names of its words.
#pragma once

#include "page/execution.hpp"

namespace ringsim::page {

// Adds the picture of a ring of so many bytes, whose positions are words of `out` with names like
// rb->consumer_pos, and whose headers and payloads are rb->data[16].len and rb->data[24]. Adds
// nothing if a position goes beyond the first lap: names tell a place, and not which lap.
void add_named_ring(execution& out, std::uint32_t bytes);

}  // namespace ringsim::page
