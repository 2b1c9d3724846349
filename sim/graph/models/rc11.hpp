// RC11: Lahav, Vafeiadis, Kang, Hur and Dreyer, "Repairing sequential consistency in C/C++11",
// PLDI 2017, with the release sequences of C++20. In the paper's relations:
//
//   rs   = [W];(rf;rmw)*
//   sw   = [>=rel];([F];po)?;rs;rf;[R >= rlx];(po;[F])?;[>=acq]        hb = (po | sw)+
//   COHERENCE   irreflexive(hb;eco?)
//   ATOMICITY   by construction: the write of an RMW is placed right behind the write it read
//   SC          acyclic(psc_base | psc_F)
//   NO-THIN-AIR acyclic(po | rf), by construction of the exploration
//   scb      = po | po/=loc;hb;po/=loc | hb/loc | co | fr
//   psc_base = ([SC] | [F_sc];hb?);scb;([SC] | hb?;[F_sc])
//   psc_F    = [F_sc];(hb | hb;eco;hb);[F_sc]
//
// hb of an event never changes once it is added, because events are added at the end of their
// threads. A psc cycle can close only through an event that is not coherence-maximal: only such an
// event has edges out of it.
#pragma once

#include <string_view>

#include "sim/graph/coherence.hpp"

namespace ringsim::sim::graph {

template <unsigned W>
struct rc11_rows {
    bits<W> hb;       // events that happen before this one
    bits<W> message;  // of a write: what a reader that acquires it synchronises with
    bits<W> pending;  // messages read so far in the thread that a later acquire fence takes over
    event_id release_fence = no_event;  // the newest release fence of the thread
};

struct rc11_model {
    static constexpr std::string_view name = "rc11";
    template <unsigned W>
    using rows = rc11_rows<W>;

    template <class G>
    static unsigned floor(const G& g, event_id e) {
        return coherence_floor(g, g[e].what.location, po_hb(g, e));
    }

    template <class G>
    static void add_fence(G& g, event_id e) {
        inherit(g, e);
        auto& rows = g.rows(e);
        if (is_acquire(g[e].what.how)) rows.hb |= rows.pending;
        if (is_release(g[e].what.how)) rows.release_fence = e;
    }

    // Coherence is in the floor; what is left is the SC axiom, which needs the graph complete.
    template <class G>
    static bool may_read(const G&, event_id, event_id) {
        return true;
    }
    template <class G>
    static bool may_write(const G&, event_id, event_id) {
        return true;
    }

    template <class G>
    static bool add_read(G& g, event_id e) {
        inherit(g, e);
        auto& rows = g.rows(e);
        const event_id w = g[e].rf;
        if (w != initial_write && g[e].what.how != mode::plain) {
            rows.pending |= g.rows(w).message;
            if (is_acquire(g[e].what.how)) rows.hb |= g.rows(w).message;
        }
        return g.co_next(g[e].what.location, w) == no_event || !psc_cycle(g);
    }

    template <class G>
    static bool add_write(G& g, event_id e) {
        inherit(g, e);
        auto& rows = g.rows(e);
        const label& l = g[e].what;
        rows.message = G::set::none();
        if (is_release(l.how)) {
            rows.message = rows.hb;
            rows.message.set(e);
        } else if (l.how != mode::plain && rows.release_fence != no_event) {
            rows.message = g.rows(rows.release_fence).hb;
            rows.message.set(rows.release_fence);
        }
        // rs goes on through the read-modify-writes that read from it.
        if (l.rmw && g[e].co_prev != initial_write) rows.message |= g.rows(g[e].co_prev).message;
        return g[e].co_next == no_event || !psc_cycle(g);
    }

    // An access in conflict with `e` that hb does not order, one of the two plain; or no_event.
    template <class G>
    static event_id race_with(const G& g, event_id e) {
        const label& l = g[e].what;
        typename G::set others = l.kind == event_kind::write ? g.accesses_at(l.location)
                                                             : g.writes_at(l.location);
        others -= g.rows(e).hb;
        others.reset(e);
        if (l.how != mode::plain) others &= g.plain();
        event_id found = no_event;
        others.each([&](event_id x) {
            if (found == no_event) found = x;
        });
        return found;
    }

  private:
    template <class G>
    using set = typename G::set;

    // hb by program order alone.
    template <class G>
    static set<G> po_hb(const G& g, event_id e) {
        const event_id prev = g.po_prev(e);
        if (prev == no_event) return set<G>::none();
        set<G> hb = g.rows(prev).hb;
        hb.set(prev);
        return hb;
    }

    template <class G>
    static void inherit(G& g, event_id e) {
        auto& rows = g.rows(e);
        rows.hb = po_hb(g, e);
        const event_id prev = g.po_prev(e);
        rows.pending = prev == no_event ? set<G>::none() : g.rows(prev).pending;
        rows.release_fence = prev == no_event ? no_event : g.rows(prev).release_fence;
    }

    template <class G>
    static bool is_fence(const G& g, event_id e) {
        return g[e].what.kind == event_kind::fence;
    }

    // Writes before the write `y` in co, and reads of a write before `y` (fr), other than y's own
    // read half.
    template <class G>
    static set<G> co_fr_before(const G& g, event_id y) {
        set<G> before = set<G>::none();
        const event& ev = g[y];
        if (ev.what.kind != event_kind::write) return before;
        g.writes_at(ev.what.location).each([&](event_id w) {
            if (g[w].co < ev.co) before.set(w);
        });
        g.reads_at(ev.what.location).each([&](event_id r) {
            if (g.co_index(g[r].rf) < ev.co) before.set(r);
        });
        return before;
    }

    // x with (x, y) in eco: co, fr and rf, and what is before the write that a read reads from.
    template <class G>
    static set<G> eco_before(const G& g, event_id y) {
        const event& ev = g[y];
        if (ev.what.kind == event_kind::write) return co_fr_before(g, y);
        set<G> before = set<G>::none();
        if (ev.what.kind != event_kind::read || ev.rf == initial_write) return before;
        before = co_fr_before(g, ev.rf);
        before.set(ev.rf);
        return before;
    }

    // x with (x, y) in scb, for x that is an SC access or is reached from an SC fence.
    template <class G>
    static set<G> scb_before(const G& g, event_id y) {
        const event& ev = g[y];
        const set<G>& hb = g.rows(y).hb;
        set<G> before = hb & g.events_of(ev.thread);  // po
        if (ev.what.kind != event_kind::fence) before |= hb & g.accesses_at(ev.what.location);
        before |= co_fr_before(g, y);
        // po/=loc;hb;po/=loc, for an SC access of another thread.
        const set<G> far = (hb & g.seq_cst()) - before;
        if (far.any()) {
            const event_id z = last_elsewhere(g, y);
            if (z != no_event)
                far.each([&](event_id x) {
                    const event_id next = first_elsewhere(g, x);
                    if (next != no_event && g.rows(z).hb.test(next)) before.set(x);
                });
        }
        return before;
    }

    template <class G>
    static bool elsewhere(const G& g, event_id a, event_id b) {
        return is_fence(g, a) || is_fence(g, b) || g[a].what.location != g[b].what.location;
    }
    // The last event before `y` in its thread that is not at y's location.
    template <class G>
    static event_id last_elsewhere(const G& g, event_id y) {
        for (unsigned i = g[y].po; i-- > 0;) {
            const event_id z = g.at(g[y].thread, i);
            if (elsewhere(g, z, y)) return z;
        }
        return no_event;
    }
    template <class G>
    static event_id first_elsewhere(const G& g, event_id x) {
        for (unsigned i = g[x].po + 1u; i < g.count(g[x].thread); ++i) {
            const event_id z = g.at(g[x].thread, i);
            if (elsewhere(g, x, z)) return z;
        }
        return no_event;
    }

    // SC events s with (s, t) in psc_base | psc_F.
    template <class G>
    static set<G> psc_before(const G& g, event_id t) {
        const bool fence = is_fence(g, t);
        set<G> ends = set<G>::of(t);  // y with (y, t) in hb?, if t is a fence
        if (fence) ends |= g.rows(t).hb;

        set<G> starts = set<G>::none();  // x with (x, y) in scb
        ends.each([&](event_id y) { starts |= scb_before(g, y); });

        // Fences s with s;hb?;scb;hb?;t, then those of psc_F.
        set<G> fences = starts;
        starts.each([&](event_id x) { fences |= g.rows(x).hb; });
        if (fence) {
            fences |= g.rows(t).hb;
            g.rows(t).hb.each([&](event_id y) {
                eco_before(g, y).each([&](event_id x) { fences |= g.rows(x).hb; });
            });
        }
        set<G> found = starts & g.seq_cst();
        (fences & g.seq_cst()).each([&](event_id s) {
            if (is_fence(g, s)) found.set(s);
        });
        return found;
    }

    // Whether psc has a cycle. Walks backwards from every SC event.
    template <class G>
    static bool psc_cycle(const G& g) {
        if (g.seq_cst().count() < 2) return false;
        set<G> done = set<G>::none();
        set<G> path = set<G>::none();
        bool cycle = false;
        g.seq_cst().each([&](event_id s) { cycle = cycle || walk(g, s, done, path); });
        return cycle;
    }

    template <class G>
    static bool walk(const G& g, event_id s, set<G>& done, set<G>& path) {
        if (path.test(s)) return true;
        if (done.test(s)) return false;
        path.set(s);
        bool cycle = false;
        psc_before(g, s).each([&](event_id p) { cycle = cycle || walk(g, p, done, path); });
        path.reset(s);
        done.set(s);
        return cycle;
    }
};

}  // namespace ringsim::sim::graph
