// What a thread that goes round a loop and finds nothing waits for.
//
// There are two notions of news. A loop that waits for any change goes on after every write; one
// that waits for another value does not because an exchange wrote back what was there.
#pragma once

#include <cstdint>

#include "sim/graph/event.hpp"

namespace ringsim::sim::graph {

// Whether a location that thread `t` read from its event `from` on has a newer write.
template <class Graph>
bool any_write_since(const Graph& g, unsigned t, std::uint64_t from) {
    for (unsigned i = static_cast<unsigned>(from); i < g.count(t); ++i) {
        const event& r = g[g.at(t, i)];
        if (r.what.kind == event_kind::read && g.co_next(r.what.location, r.rf) != no_event)
            return true;
    }
    return false;
}

// The same without regard to read-modify-writes that wrote back what they had read, and to locks
// that the thread has taken, and given back since: what others did under them is news.
template <class Graph, class Value>
bool any_value_since(const Graph& g, unsigned t, std::uint64_t from, const Value& value_of) {
    for (unsigned i = static_cast<unsigned>(from); i < g.count(t); ++i) {
        const event& r = g[g.at(t, i)];
        if (r.what.kind != event_kind::read || (r.what.await && writes(r.what, r.value))) continue;
        const location_id l = r.what.location;
        for (event_id w = g.co_next(l, r.rf); w != no_event; w = g[w].co_next)
            if (!g[w].what.rmw || g[w].value != value_of(g[w].co_prev, l)) return true;
    }
    return false;
}

}  // namespace ringsim::sim::graph
