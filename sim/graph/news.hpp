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

// A lock that was taken, or given back.
constexpr bool takes_lock(const event& r) {
    const bool of_lock =
        r.what.await || r.what.shown == step_kind::lock || r.what.shown == step_kind::unlock;
    return of_lock && writes(r.what, r.value);
}

// The same without regard to read-modify-writes that wrote back what they had read, to what the
// thread wrote itself, and to locks that it has taken, and given back since: what others did under
// them is news. With `locks`, what others did with such a lock is, too.
template <class Graph, class Value>
bool any_value_since(const Graph& g, unsigned t, std::uint64_t from, bool locks,
                     const Value& value_of) {
    for (unsigned i = static_cast<unsigned>(from); i < g.count(t); ++i) {
        const event& r = g[g.at(t, i)];
        if (r.what.kind != event_kind::read || (!locks && takes_lock(r))) continue;
        const location_id l = r.what.location;
        for (event_id w = g.co_next(l, r.rf); w != no_event; w = g[w].co_next) {
            if (g[w].thread == t) continue;
            if (!g[w].what.rmw || g[w].value != value_of(g[w].co_prev, l)) return true;
        }
    }
    return false;
}

}  // namespace ringsim::sim::graph
