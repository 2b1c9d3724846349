// Locks that threads wait for without an event.
//
// Of a lock that is taken, a waiting thread has nothing to read but that. An await that is patient
// and exchanges waits in a queue: it has no event until the lock is free, or until nobody else can
// go on. This is no more than another order of adding events.
//
// Whoever has the lock may be overtaken: another thread takes it before, and the read that had it
// then reads that it is taken. When it is given back, that read is revisited. The graph in which it
// is not is left out, for nothing will ever revisit the read:
//  - A write that comes after the giving back finds the read with an older value than it would get
//    by then: not maximal (revisits.hpp).
//  - A write that does not need the taking, and revisits what came before it, has the taking
//    deleted, by which the read was revisited: not maximal.
//  - A write that needs the taking, but not the giving back, was told something by the thread in
//    between; or it revisits what the thread read in between. Neither can be if the thread's
//    accesses in between are plain, and a race ends an execution; which is what is looked at here.
// The program sees to it that the lock is read by such awaits only, and written by them and by who
// has it; and that the model keeps po | rf without a cycle.
#pragma once

#include "sim/graph/graph.hpp"
#include "sim/graph/mutant.hpp"

namespace ringsim::sim::graph {

constexpr bool waits_in_queue(const label& l) {
    return l.await && l.patient && l.op == rmw_op::exchange;
}

template <class G>
bool added_before(const G& g, event_id a, event_id b) {
    for (unsigned i = 0;; ++i) {
        if (g.by_stamp(i) == a) return true;
        if (g.by_stamp(i) == b) return false;
    }
}

// Whether the thread of `from` and `to` told others nothing in between, nor was told.
template <class G>
bool keeps_to_itself(const G& g, event_id from, event_id to) {
    for (unsigned po = g[from].po + 1u; po < g[to].po; ++po) {
        const label& l = g[g.at(g[to].thread, po)].what;
        if (l.kind != event_kind::fence && l.source != order::plain) return false;
    }
    return true;
}

// Whether the new write `e`, which has no place yet, gives back a lock, and would leave a thread
// behind that it was taken from.
template <class G>
bool leaves_somebody_behind(const G& g, event_id e) {
    const event& gives = g[e];
    if (gives.what.rmw) return false;
    bool found = false;
    g.reads_at(gives.what.location).each([&](event_id r) {
        const event& waits = g[r];
        if (found || !waits.blocked || !waits_in_queue(waits.what)) return;
        if (gives.value != waits.what.expected || waits.rf >= to_come) return;
        if (g[waits.rf].thread != gives.thread) return;
        found = added_before(g, r, waits.rf) && keeps_to_itself(g, waits.rf, e);
        if (mutated(mutant::left_behind_at_once)) found = true;
    });
    return found;
}

}  // namespace ringsim::sim::graph
