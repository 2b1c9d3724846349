// What the models of hardware with one acyclic order have in common (Armv8, RISC-V): in a thread,
// an event is ordered after those that some rule of the model names, and after nothing else.
//
// All rules end at the later event, so its predecessors are found once, when it is added, from the
// classes of the events before it in its thread. Only what its rf adds is found anew for each
// source.
#pragma once

#include "sim/graph/dependencies.hpp"
#include "sim/graph/models/acyclic_order.hpp"
#include "sim/graph/mutant.hpp"

namespace ringsim::sim::graph {

// `Classes`: sets of the events of a thread up to one, by what the model makes of them.
template <unsigned W, template <class> class Classes>
struct local_rows {
    static constexpr bool reads_ahead = true;
    struct open {
        bits<W> before;  // of all threads, in the model's acyclic order
    };
    bits<W> kept;   // see builder::kept_before()
    bits<W> local;  // direct predecessors in the thread, except for what rf adds
    stated_dependencies<bits<W>> stated;
    Classes<bits<W>> po;  // up to this event, which is among them
};

// `Rules`: how the model orders a thread.
//   Rules::classes<Set>
//   Rules::before(g, e, po)     the predecessors of `e`, the last of its thread; `po`: the classes
//                               of the events before it
//   Rules::before_read(g, e, w) what reading from `w` adds to them
//   Rules::enter(g, e, po)      adds `e` to the classes
//   Rules::folded_barriers      if it has them, see model_defaults; and
//   Rules::enter_fence(b, po)   what such a barrier does to the classes
// The order's side of a model whose rules are in `Rules`; see acyclic_order.hpp for what is asked
// of it.
template <class Rules>
struct local_order {
    static constexpr bool reads_internal_too = false;

    template <class G>
    static typename G::set enter(const G& g, event_id e) {
        return closed(g, g.rows(e).local);
    }
    template <class G>
    static typename G::set enter_read(const G& g, event_id e, event_id w) {
        return closed(g, Rules::before_read(g, e, w));
    }
    template <class G>
    static void leave(G&, event_id) {}

  private:
    // The events of `direct` and all that are before them.
    template <class G>
    static typename G::set closed(const G& g, const typename G::set& direct) {
        return with_all_before(direct, [&](event_id p) { return g.open(p).before; });
    }
};

// Whether no event is before itself. By taking away, again and again, events with nothing before
// them. Slower than a row of bits, and used only for graphs whose reads were promised.
template <class G, class F>
bool acyclic(const G& g, F&& predecessors) {
    auto left = g.live();
    for (bool more = true; more;) {
        more = false;
        left.each([&](event_id e) {
            if (predecessors(e).intersects(left)) return;
            left.reset(e);
            more = true;
        });
    }
    return !left.any();
}

// Everything else that a model of such a machine needs: the machine itself is its rules.
template <class Rules>
struct local_order_model : acyclic_order<local_order<Rules>> {
    static constexpr bool has_dependencies = true;
    template <unsigned W>
    using rows = local_rows<W, Rules::template classes>;

    // `e` is the last event of its thread, without rf and co. The predecessors are found from the
    // classes before the event enters them itself.
    template <class G>
    static void begin(G& g, event_id e, const stated_dependencies<typename G::set>& stated) {
        auto& rows = g.rows(e);
        g.open(e).before = rows.local = G::set::none();
        rows.stated = stated;
        const event_id prev = g.po_prev(e);
        rows.po = {};
        if (prev != no_event) rows.po = g.rows(prev).po;
        if constexpr (requires { Rules::folded_barriers; })
            each_folded<Rules>(g[e].what, [&](barrier b) { Rules::enter_fence(b, rows.po); });
        rows.local = Rules::before(g, e, rows.po);
        Rules::enter(g, e, rows.po);
    }

    // `e` reads from a write that is to come: nothing is known of what that brings, so only order
    // within the thread counts until the promise is kept.
    template <class G>
    static void add_ahead(G& g, event_id e) {
        g.open(e).before = local_order<Rules>::enter(g, e);
    }

    // The events of the thread that are before `e` whatever else is in the graph.
    template <class G>
    static typename G::set kept_before(const G& g, event_id e) {
        const event& ev = g[e];
        auto before = g.rows(e).local;
        if (ev.what.kind == event_kind::write) {
            // [M];po-loc;[W], which for the other uses is in fr | co.
            const auto& po = g.rows(e).po;
            before |= g.accesses_at(ev.what.location) & (po.R | po.W);
            before.reset(e);
        } else if (ev.what.kind == event_kind::read && ev.rf < to_come) {
            before |= Rules::before_read(g, e, ev.rf);
        }
        return before;
    }
    // The same for what it reads from, in another thread: rfe is in the order of these models,
    // whatever the source.
    template <class G>
    static bool keeps_source(const G&, event_id) {
        return true;
    }

    // acyclic(local | rfe | co | fr), from nothing: for graphs whose reads were promised.
    template <class G>
    static bool consistent_anew(G& g) {
        return acyclic(g, [&](event_id e) { return kept_before(g, e) | observed_before(g, e); });
    }

    // rfe | co | fr, as it ends at `e`.
    template <class G>
    static typename G::set observed_before(const G& g, event_id e) {
        auto before = G::set::none();
        const event& ev = g[e];
        if (ev.what.kind == event_kind::read) {
            if (ev.rf != initial_write && g[ev.rf].thread != ev.thread) before.set(ev.rf);
        } else if (ev.what.kind == event_kind::write) {
            if (ev.co_prev != initial_write) before.set(ev.co_prev);
            g.reads_at(ev.what.location).each([&](event_id r) {
                if (g[r].rf == ev.co_prev && r != e) before.set(r);
            });
        }
        return before;
    }
};

constexpr bool is_access(const label& l) {
    return l.kind == event_kind::read || l.kind == event_kind::write;
}

}  // namespace ringsim::sim::graph
