// x86-TSO: acyclic((po \ W*R) | po;[MFENCE];po | po;[locked] | [locked];po | rfe | co | fr).
//
// Owens, Sarkar and Sewell, "A better x86 memory model: x86-TSO", TPHOLs 2009; in this form
// Alglave, Maranget and Tautschnig, "Herding cats", TOPLAS 2014.
#pragma once

#include <string_view>

#include "sim/graph/models/acyclic_order.hpp"
#include "sim/graph/mutant.hpp"

namespace ringsim::sim::graph {

// The store buffer as two sets: a store waits there while later reads go past it.
template <unsigned W>
struct x86_tso_rows {
    struct open {
        bits<W> before;
        bits<W> for_write;  // what a later write, fence or locked access of the thread comes after
        bits<W>
            for_read;  // what a later read comes after: the store buffer may still hold the writes
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
        const event_id prev = g.po_prev(e);
        if (prev == no_event) return G::set::none();
        const label& l = g[e].what;
        const bool passes_writes =
            (!is_store(l) && !drains_store_buffer(l)) || l.kind == event_kind::choice;
        return passes_writes ? g.open(prev).for_read : g.open(prev).for_write;
    }

    // Two running sets instead of a rule for each pair: a fence or a locked instruction makes them
    // equal.
    template <class G>
    static void leave(G& g, event_id e) {
        auto& rows = g.open(e);
        const event_id prev = g.po_prev(e);
        typename G::set own = rows.before;
        own.set(e);
        rows.for_write = own;
        rows.for_read = own;
        if (prev == no_event) {
            // A store at the beginning of a thread: a read behind it comes after nothing yet.
            if (is_store(g[e].what) && !drains_store_buffer(g[e].what))
                rows.for_read = G::set::none();
            return;
        }
        rows.for_write |= g.open(prev).for_write;
        if (drains_store_buffer(g[e].what))
            rows.for_read = rows.for_write;
        else if (is_store(g[e].what))
            // A store: it is in the buffer, and reads go past it.
            rows.for_read = g.open(prev).for_read;
        else
            rows.for_read |= g.open(prev).for_read;
    }

    template <class R, class F>
    static void each_row(R& rows, F&& f) {
        f(rows.before);
        f(rows.for_write);
        f(rows.for_read);
    }
};

struct x86_tso_model : acyclic_order<x86_tso_order> {
    static constexpr std::string_view name = "x86-tso";
    template <unsigned W>
    using rows = x86_tso_rows<W>;
};

}  // namespace ringsim::sim::graph
