// Coherence, acyclic(po-loc | com), as a floor in co: the newest write of the location that the
// events before an event already know. The event must not read below it, nor write at or below it.
#pragma once

#include <algorithm>

#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

// `known`: the events that count as before the access, in the sense of the model.
template <class G>
unsigned coherence_floor(const G& g, location_id l, const typename G::set& known) {
    unsigned floor = 0;
    (known & g.accesses_at(l)).each([&](event_id e) {
        const event& ev = g[e];
        floor = std::max(floor, g.co_index(ev.what.kind == event_kind::read ? ev.rf : e));
    });
    return floor;
}

}  // namespace ringsim::sim::graph
