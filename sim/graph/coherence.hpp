// Coherence, acyclic(po-loc | com), as a floor in co: the newest write of the location that the
// events before an event already know. The event must not read below it, nor write at or below it.
//
// co is numbered (graph::co_index()), so the axiom is a comparison of two numbers: nothing that an
// event knows of may be newer than what it reads, and a write comes after all that it knows of.
// Relations need not be built for it.
#pragma once

#include <algorithm>

#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

// The newest write of `l` among `known`, or initial_write. Mostly it is the newest of all.
template <class G>
event_id newest_known(const G& g, location_id l, const typename G::set& known) {
    event_id w = g.co_last(l);
    if (w == no_event) return initial_write;
    while (w != initial_write && !known.test(w)) w = g[w].co_prev;
    return w;
}

// `known`: the events that count as before the access, in the sense of the model.
template <class G>
unsigned coherence_floor(const G& g, location_id l, const typename G::set& known) {
    const event_id w = newest_known(g, l, known);
    unsigned floor = g.co_index(w);
    // Nothing is newer than the last one in co.
    if (g.co_next(l, w) != no_event)
        (known & g.reads_at(l)).each([&](event_id r) {
            floor = std::max(floor, g.co_index(g[r].rf));
        });
    return floor;
}

// Whether the whole graph has coherence, and ATOMICITY: no thread goes back in co, and nothing is
// between the halves of a read-modify-write.
template <class G>
bool coherent(const G& g) {
    for (unsigned t = 0; t < g.thread_count(); ++t)
        for (unsigned i = 0; i < g.count(t); ++i) {
            const event_id e = g.at(t, i);
            const event& ev = g[e];
            const bool write = ev.what.kind == event_kind::write;
            if (!write && ev.what.kind != event_kind::read) continue;
            if (write && ev.what.rmw && g[g.po_prev(e)].rf != ev.co_prev) return false;
            typename G::set earlier = g.events_of(t) & g.accesses_at(ev.what.location);
            for (unsigned j = i; j < g.count(t); ++j) earlier.reset(g.at(t, j));
            const unsigned floor = coherence_floor(g, ev.what.location, earlier);
            if (write ? ev.co <= floor : g.co_index(ev.rf) < floor) return false;
        }
    return true;
}

}  // namespace ringsim::sim::graph
