// What the models have in common that ask for one acyclic order over all events: sequential
// consistency and x86-TSO. Each event keeps the set of events that are before it in that order; an
// event is consistent if none of those that it must precede is among them.
//
// Sound because events are only added at the end of their thread: all new edges touch the new
// event.
//
// `before` is transitive: whoever adds an edge adds all that comes of it at once (push_before()).
// So the question whether an edge closes a cycle is the test of one bit, and the rows of a copy are
// right without further work.
#pragma once

#include "sim/graph/coherence.hpp"
#include "sim/graph/models/memory_model.hpp"

namespace ringsim::sim::graph {

// `Order` says what program order contributes:
// - rows: what it keeps for each event; of sets that change with later events, `before` alone
// - enter(g, e): the events before `e` by program order alone
// - enter_read(g, e, w), where it has one: those before the read `e` because it reads from `w`
// - leave(g, e), after `before` of it is complete: what later events of the thread inherit
// - reads_internal_too: whether rf within a thread is part of the order
template <class Order>
struct acyclic_order : model_defaults {
    template <class G>
    using set = typename G::set;

    // What the thread itself has read and written; the order rules out the rest. A read of a
    // location with parts is of memory as it is at some moment, and of the thread's own stores that
    // have not got there: then memory may be older than they are.
    template <class G>
    static unsigned floor(const G& g, event_id e) {
        const event& ev = g[e];
        if (ev.what.mixed) return coherence_floor(g, ev.what.location, Order::enter(g, e));
        return coherence_floor(g, ev.what.location, g.events_of(ev.thread) - G::set::of(e));
    }

    // Completes `e` if it takes no part in rf or co.
    template <class G>
    static void add_fence(G& g, event_id e) {
        g.open(e).before = Order::enter(g, e);
        Order::leave(g, e);
    }

    // Whether `e` may read from `w`. rf and the rows are not set yet.
    template <class G>
    static bool may_read(const G& g, event_id e, event_id w) {
        const event_id newer = g.co_next(g[e].what.location, w);
        return newer == no_event || !before_read(g, e, w).test(newer);
    }

    // What is before `e` is before the write that follows `w` in co, too, by fr: a cycle, if that
    // write is before `e` itself.
    template <class G>
    static bool add_read(G& g, event_id e) {
        const event_id w = g[e].rf;
        g.open(e).before = before_read(g, e, w);
        Order::leave(g, e);
        const event_id newer = g.co_next(g[e].what.location, w);
        if (newer == no_event) return true;
        if (g.open(e).before.test(newer)) return false;
        push_before(g, e, newer);
        return true;
    }

    // Whether `e` may be written right behind `w` in co.
    template <class G>
    static bool may_write(const G& g, event_id e, event_id w) {
        const event_id newer = g.co_next(g[e].what.location, w);
        return newer == no_event || !before_write(g, e, w).test(newer);
    }

    // `e` has its place in co.
    template <class G>
    static bool add_write(G& g, event_id e) {
        g.open(e).before = before_write(g, e, g[e].co_prev);
        Order::leave(g, e);
        const event_id newer = g[e].co_next;
        if (newer == no_event) return true;
        if (g.open(e).before.test(newer)) return false;
        push_before(g, e, newer);
        return true;
    }

  private:
    // What would be before `e` with this source, without changing anything: may_read() asks before
    // it is set.
    template <class G>
    static set<G> before_read(const G& g, event_id e, event_id w) {
        set<G> before = Order::enter(g, e);
        if constexpr (requires { Order::enter_read(g, e, w); })
            before |= Order::enter_read(g, e, w);
        // With parts, what is read is in memory by then.
        const bool counts = Order::reads_internal_too || g[e].what.mixed;
        if (w != initial_write && (counts || g[w].thread != g[e].thread)) {
            before |= g.open(w).before;
            before.set(w);
        }
        return before;
    }

    // co from `w`, and fr from the reads of `w`.
    template <class G>
    static set<G> before_write(const G& g, event_id e, event_id w) {
        set<G> before = Order::enter(g, e);
        if (w != initial_write) {
            before |= g.open(w).before;
            before.set(w);
        }
        g.reads_at(g[e].what.location).each([&](event_id r) {
            if (g[r].rf != w || r == e) return;
            before |= g.open(r).before;
            before.set(r);
        });
        return before;
    }

    // `e` comes before `newer`, and so before all that `newer` is before. fr, or co, goes out of
    // the new event: the only case in which older events get new predecessors.
    template <class G>
    static void push_before(G& g, event_id e, event_id newer) {
        set<G> add = g.open(e).before;
        add.set(e);
        g.live().each([&](event_id x) {
            set<G>& before = g.open(x).before;
            if (x == newer || before.test(newer)) before |= add;
        });
    }
};

}  // namespace ringsim::sim::graph
