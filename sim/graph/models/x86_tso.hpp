// x86-TSO: acyclic((po \ W*R) | po;[MFENCE];po | po;[locked] | [locked];po | rfe | co | fr).
//
// Owens, Sarkar and Sewell, "A better x86 memory model: x86-TSO", TPHOLs 2009; in this form
// Alglave, Maranget and Tautschnig, "Herding cats", TOPLAS 2014.
#pragma once

#include <string_view>

#include "sim/graph/models/acyclic_order.hpp"
#include "sim/graph/mutant.hpp"

namespace ringsim::sim::graph {

// The store buffer as the two newest events that later ones of the thread come behind: whatever is
// behind such an event is behind all that is before it.
template <unsigned W>
struct x86_tso_rows {
    event_id in_memory = no_event;  // a read, or what has drained the buffer
    event_id buffered = no_event;   // a store, which later reads go past
    struct open {
        bits<W> before;
    };
};

struct x86_tso_order {
    // A read may be answered out of the thread's own store buffer before anybody else sees the
    // store.
    static constexpr bool reads_internal_too = false;

    // Either half of a locked instruction, or MFENCE. A fence that is relaxed is one of the
    // language alone.
    static bool drains_store_buffer(const label& l) {
        const bool mfence =
            l.kind == event_kind::fence && l.how != mode::relaxed && !mutated(mutant::no_mfence);
        return mfence || ((l.rmw || l.op != rmw_op::none) && !is_store_to_part(l));
    }
    // It waits in the store buffer, with both halves if it is one of a part: what the read half
    // reads is what memory has when the store gets there.
    static bool is_store(const label& l) {
        return l.kind != event_kind::read || is_store_to_part(l);
    }

    // po \ W*R: a read comes after the thread's earlier reads, and after its writes only if
    // something between them drained the buffer. A choice of the program is no access and passes
    // them too.
    template <class G>
    static typename G::set enter(const G& g, event_id e) {
        auto before = G::set::none();
        const event_id prev = g.po_prev(e);
        if (prev == no_event) return before;
        const label& l = g[e].what;
        const bool passes_writes =
            (!is_store(l) && !drains_store_buffer(l)) || l.kind == event_kind::choice;
        const auto add = [&](event_id x) {
            if (x == no_event) return;
            before |= g.open(x).before;
            before.set(x);
        };
        add(g.rows(prev).in_memory);
        if (!passes_writes) add(g.rows(prev).buffered);
        return before;
    }

    // What drains the buffer comes after both, and so does a store: for a later write, either
    // stands for all before it.
    template <class G>
    static void leave(G& g, event_id e) {
        const event_id prev = g.po_prev(e);
        auto& row = g.rows(e);
        row = prev == no_event ? x86_tso_rows<G::capacity / 64>{} : g.rows(prev);
        const label& l = g[e].what;
        if (drains_store_buffer(l) || !is_store(l))
            row.in_memory = e;
        else if (l.kind != event_kind::choice)
            row.buffered = e;
    }
};

struct x86_tso_model : acyclic_order<x86_tso_order> {
    static constexpr std::string_view name = "x86-tso";
    template <unsigned W>
    using rows = x86_tso_rows<W>;
};

}  // namespace ringsim::sim::graph
