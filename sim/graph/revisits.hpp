// Which reads a new write revisits: the heart of the search.
//
// A read that was added before the new write could have read from it, had the write come earlier.
// To visit that execution, the read is given the write as its source, and what was added after the
// read is dropped. To visit it once only, that is done only if all that is dropped was added in the
// one canonical way, "maximally": every other way of having added it leads to the same graph, and
// does nothing here.
#pragma once

#include <vector>

#include "sim/graph/choice_list.hpp"
#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

// With `previous`, the events added no later than `e` and those before the new write: whether
// going back and adding `e` again, greedily, would give it the same place.
template <class G>
bool added_maximally(const G& g, event_id e, const typename G::set& previous) {
    const event& ev = g[e];
    if (G::reads_ahead && ev.frozen) return false;
    if (ev.what.kind == event_kind::choice) return ev.value == 0;
    if (ev.what.kind != event_kind::read && ev.what.kind != event_kind::write) return true;
    const location_id l = ev.what.location;
    event_id w = e;
    if (ev.what.kind == event_kind::write) {
        // A write was added maximally if it revisited no read (none of `previous` reads from
        // it), and if it is the last in co of what is there; a read, if it reads from the last;
        // a choice, if it took its first way.
        bool revisited = false;
        (g.reads_at(l) & previous).each([&](event_id r) { revisited = revisited || g[r].rf == e; });
        if (revisited) return false;
    } else {
        w = ev.rf;
        if (G::reads_ahead && w == to_come) return false;
    }
    for (event_id n = g.co_next(l, w); n != no_event; n = g[n].co_next)
        if (previous.test(n)) return false;
    return true;
}

// The read half of the read-modify-write that read from `w`, or no_event.
// Two read-modify-writes cannot read from the same write: one of them would have to stand
// between the other's halves.
template <class G>
event_id rival_for(const G& g, location_id l, event_id w) {
    const event_id half = g.rmw_successor(l, w);
    return half == no_event ? no_event : g.po_prev(half);
}

// Whether the write half of the new read-modify-write `e`, reading from `w`, could revisit its
// rival or a read before it.
template <class G>
bool can_displace(const G& g, event_id e, event_id w, event_id rival) {
    typename G::set prefix = g.with_prefix(e);
    if (w != initial_write) prefix |= g.with_prefix(w);
    // Then it may still be promised the write half.
    if (prefix.test(rival)) return G::reads_ahead && g[rival].thread != g[e].thread;
    typename G::set before = g.live();
    for (unsigned i = g.size(); i-- > 0;) {
        const event_id x = g.by_stamp(i);
        if (!prefix.test(x) && !added_maximally(g, x, before | prefix)) return false;
        if (x == rival) return true;
        before.reset(x);
    }
    return false;
}

// Of the writes that the new read `e` may read from, those without what a read-modify-write cannot
// win from another one.
template <class G, class ValueOf>
choice_list useful_sources(const G& g, event_id e, const choice_list& all, ValueOf value_of) {
    const label& l = g[e].what;
    if (l.op == rmw_op::none) return all;
    choice_list list;
    for (unsigned i = 0; i < all.size(); ++i) {
        const event_id rival = rival_for(g, l.location, all[i]);
        if (rival == no_event || !writes(l, value_of(all[i])) || can_displace(g, e, all[i], rival))
            list.push(all[i]);
    }
    return list;
}

// Reads that the new write `a` may revisit: r is not before `a`, and everything that goes with
// it was added maximally. That condition does not depend on r, so one walk back suffices, as far as
// there is such a read.
template <class G>
void find_revisits(const G& g, event_id a, std::vector<event_id>& found) {
    found.clear();
    const typename G::set& prefix = g.prefix(a);
    const location_id l = g[a].what.location;
    // Another read-modify-write that read from the same write must be revisited, or go.
    event_id rival = no_event;
    if (g[a].what.rmw) rival = rival_for(g, l, g[g.po_prev(a)].rf);
    typename G::set candidates = g.reads_at(l) - prefix;
    typename G::set previous = g.live();
    previous.reset(a);
    for (unsigned i = g.size() - 1; i-- > 0 && candidates.any();) {
        const event_id e = g.by_stamp(i);
        if (prefix.test(e)) continue;
        if (!added_maximally(g, e, previous) && !mutated(mutant::no_maximality)) return;
        previous.reset(e);
        if (e == rival) rival = no_event;
        if (!candidates.test(e)) continue;
        candidates.reset(e);
        if (rival == no_event) found.push_back(e);
        if (mutated(mutant::forgotten_revisit) && !found.empty()) return;
    }
}

}  // namespace ringsim::sim::graph
