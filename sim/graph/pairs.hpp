// Atomicity of pairs, as LDXR and STXR, whose halves are two events because there are others
// between them.
//
// Their second half is an ordinary write to the search. That no write of another thread comes
// between the one that was read and it is asked of complete executions only: the search relies on
// it that a write can be added last in co, which would not be so if somebody else had written
// meanwhile.
#pragma once

#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

template <class G>
bool is_atomic(const G& g, event_id second, bool own_write_frees) {
    const event& ev = g[second];
    bool own = false;
    bool foreign = false;
    event_id w = g.co_next(ev.what.location, g[g.read_half(second)].rf);
    for (; w != second && w != no_event; w = g[w].co_next)
        (g[w].thread == ev.thread ? own : foreign) = true;
    const bool frees = own_write_frees && !mutated(mutant::pairs_always_asked);
    return w == second && (!foreign || (own && frees));
}

// empty(rmw & (fre;coe)). Arm asks nothing of a pair with a store of its own to the location
// between the halves.
template <class G>
bool pairs_are_atomic(const G& g, bool own_write_frees) {
    if (mutated(mutant::rmw_as_plain_pair) || mutated(mutant::pairs_never_asked)) return true;
    bool all = true;
    g.live().each([&](event_id e) {
        if (g[e].what.rmw || g.read_half(e) == no_event) return;
        all = all && is_atomic(g, e, own_write_frees);
    });
    return all;
}

}  // namespace ringsim::sim::graph
