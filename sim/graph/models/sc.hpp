// Sequential consistency: acyclic(po | rf | co | fr).
//
// Lamport, "How to make a multiprocessor computer that correctly executes multiprocess programs",
// 1979; Shasha and Snir, "Efficient and correct execution of parallel programs that share memory",
// 1988.
#pragma once

#include <string_view>

#include "sim/graph/models/acyclic_order.hpp"

namespace ringsim::sim::graph {

// One set is enough: what is before the event in the one order of all events.
template <unsigned W>
struct sc_rows {
    struct open {
        bits<W> before;
    };
};

// All of program order, and rf of a thread from itself, though that is part of po already:
// harmless.
struct sc_order {
    static constexpr bool reads_internal_too = true;

    // po: everything earlier in the thread.
    template <class G>
    static typename G::set enter(const G& g, event_id e) {
        const event_id prev = g.po_prev(e);
        if (prev == no_event) return G::set::none();
        typename G::set before = g.open(prev).before;
        before.set(prev);
        return before;
    }
    template <class G>
    static void leave(G&, event_id) {}
};

struct sc_model : acyclic_order<sc_order> {
    static constexpr std::string_view name = "sc";
    template <unsigned W>
    using rows = sc_rows<W>;
};

}  // namespace ringsim::sim::graph
