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
// Events are added at the end of their threads, so hb of an event never changes once it is added,
// and psc gets new edges in two ways only: into an SC event when it is added, and out of any event
// that is added below the newest write of its location, by fr or co. psc+ is kept closed under
// both.
#pragma once

#include <string_view>

#include "sim/graph/coherence.hpp"
#include "sim/graph/models/memory_model.hpp"
#include "sim/graph/mutant.hpp"

namespace ringsim::sim::graph {

// All that later events need to know of an event. `message` makes a release sequence a matter of
// one union.
template <unsigned W>
struct rc11_rows {
    struct open {
        bits<W> psc;  // of an SC event: the SC events before it in psc+
    };
    bits<W> hb;       // events that happen before this one
    bits<W> message;  // of a write: what a reader that acquires it synchronises with
    bits<W> pending;  // messages read so far in the thread that a later acquire fence takes over
    event_id release_fence = no_event;  // the newest release fence of the thread
};

struct rc11_model : model_defaults {
    static constexpr std::string_view name = "rc11";
    template <unsigned W>
    using rows = rc11_rows<W>;

    // irreflexive(hb;eco?): an access must not read what is older than anything that happens before
    // it knows of, and must not be written behind it. What it reads from may add to hb, but nothing
    // that the floor would have to know: the message of a write that is new enough knows of no
    // newer one.
    template <class G>
    static unsigned floor(const G& g, event_id e) {
        return coherence_floor(g, g[e].what.location, po_hb(g, e));
    }

    template <class G>
    static void add_fence(G& g, event_id e) {
        inherit(g, e);
        auto& rows = g.rows(e);
        // sw through a fence: the reads before an acquire fence synchronise at the fence, and a
        // release fence stands in for the writes behind it.
        if (is_acquire(g[e].what.how)) rows.hb |= rows.pending;
        if (is_release(g[e].what.how)) rows.release_fence = e;
        close_psc_into(g, e);
    }

    // Coherence is in the floor. Of the SC axiom, what the fences before `e` in hb by program order
    // already forbid; add_read() and add_write() complete it.
    template <class G>
    static bool may_read(const G& g, event_id e, event_id w) {
        return may_precede(g, e, g.co_next(g[e].what.location, w));
    }
    template <class G>
    static bool may_write(const G& g, event_id e, event_id w) {
        return may_precede(g, e, g.co_next(g[e].what.location, w));
    }

    // hb first, then psc: the edges of psc are made of hb.
    template <class G>
    static bool add_read(G& g, event_id e) {
        inherit(g, e);
        auto& rows = g.rows(e);
        const event_id w = g[e].rf;
        if (w != initial_write && g[e].what.how != mode::plain) {
            rows.pending |= g.rows(w).message;
            // sw: by the read itself. Without acquire the message waits in `pending` for a fence.
            if (is_acquire(g[e].what.how)) rows.hb |= g.rows(w).message;
        }
        close_psc_into(g, e);
        return close_psc_out_of(g, e, g.co_next(g[e].what.location, w));
    }

    template <class G>
    static bool add_write(G& g, event_id e) {
        inherit(g, e);
        auto& rows = g.rows(e);
        const label& l = g[e].what;
        // What an acquiring reader of this write learns: all that happens before it if it releases,
        // or what happened before the newest release fence of its thread, or nothing.
        rows.message = G::set::none();
        if (is_release(l.how)) {
            rows.message = rows.hb;
            rows.message.set(e);
        } else if (l.how != mode::plain && rows.release_fence != no_event) {
            rows.message = g.rows(rows.release_fence).hb;
            rows.message.set(rows.release_fence);
        }
        // rs goes on through the read-modify-writes that read from it.
        if (l.rmw && g[e].co_prev != initial_write && !mutated(mutant::no_release_sequence))
            rows.message |= g.rows(g[e].co_prev).message;
        close_psc_into(g, e);
        return close_psc_out_of(g, e, g[e].co_next);
    }

    // An access in conflict with `e` that hb does not order, one of the two plain; or no_event. A
    // read is held against the writes only. For a write, reads count too: it may have been added
    // after a read that it races with. Accesses to different parts of a location are in no
    // conflict. The first one by number is told, so that every run tells the same.
    template <class G>
    static event_id race_with(const G& g, event_id e) {
        const label& l = g[e].what;
        const bool reads_too =
            l.kind == event_kind::write && !mutated(mutant::no_race_of_later_write);
        typename G::set others = reads_too ? g.accesses_at(l.location) : g.writes_at(l.location);
        // What happens before `e` does not race with it; nothing happens after it yet.
        others -= g.rows(e).hb;
        others.reset(e);
        // Two atomic accesses do not race.
        if (l.how != mode::plain) others &= g.plain();
        event_id found = no_event;
        others.each([&](event_id x) {
            if (found == no_event && overlap(l, g[x].what)) found = x;
        });
        return found;
    }

    // Whether any two accesses of the graph race. Not as it is added, so either of the two may come
    // first in hb.
    template <class G>
    static bool has_race(const G& g) {
        bool found = false;
        g.plain().each([&](event_id e) {
            if (found || g[e].what.kind == event_kind::fence) return;
            const location_id l = g[e].what.location;
            typename G::set others =
                g[e].what.kind == event_kind::write ? g.accesses_at(l) : g.writes_at(l);
            others -= g.rows(e).hb;
            others.reset(e);
            others.each([&](event_id x) {
                found = found || (overlap(g[e].what, g[x].what) && !g.rows(x).hb.test(e));
            });
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
        return prev == no_event ? set<G>::none() : g.rows(prev).hb | set<G>::of(prev);
    }

    // What an event takes over from the one before it in its thread. First of all, for everything
    // else is made of it.
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

    // Writes of `l` before the place `writes` in co, and reads from before the place `reads`: those
    // that are among `wanted`. For a write at the place given twice these are its predecessors by
    // co and fr.
    template <class G>
    static set<G> below(const G& g, location_id l, unsigned writes, unsigned reads,
                        const set<G>& wanted) {
        set<G> events = set<G>::none();
        for (event_id w = g.co_first(l); w != no_event && g[w].co < writes; w = g[w].co_next)
            events.set(w);
        events &= wanted;
        (g.reads_at(l) & wanted).each([&](event_id r) {
            if (g.co_index(g[r].rf) < reads) events.set(r);
        });
        return events;
    }

    // x with (x, y) in scb, for x that is an SC access or is reached from an SC fence. Other x are
    // of no use to psc. Of those that are far from `y`, only the ones that are among `wanted`.
    template <class G>
    static set<G> scb_before(const G& g, event_id y, const set<G>& wanted) {
        const event& ev = g[y];
        const set<G>& hb = g.rows(y).hb;
        set<G> before = hb & g.events_of(ev.thread);  // po
        if (ev.what.kind != event_kind::fence) before |= hb & g.accesses_at(ev.what.location);
        // co and fr.
        if (ev.what.kind == event_kind::write)
            before |= below(g, ev.what.location, ev.co, ev.co, g.live());
        // po/=loc;hb;po/=loc, for an SC access of another thread. Only those that are not found
        // already: each costs a walk through its thread.
        const set<G> far = (hb & wanted) - before;
        if (far.any()) {
            // It is enough to try the last event before `y` that is elsewhere, and the first behind
            // `x`: hb is closed under po, so if any pair will do, these will.
            const event_id z = last_elsewhere(g, y);
            if (z != no_event)
                far.each([&](event_id x) {
                    const event_id next = first_elsewhere(g, x);
                    if (next != no_event && g.rows(z).hb.test(next)) before.set(x);
                });
        }
        return before;
    }

    // Fences count as elsewhere: they have no location.
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
    // The same forwards, from `x`.
    template <class G>
    static event_id first_elsewhere(const G& g, event_id x) {
        for (unsigned i = g[x].po + 1u; i < g.count(g[x].thread); ++i) {
            const event_id z = g.at(g[x].thread, i);
            if (elsewhere(g, x, z)) return z;
        }
        return no_event;
    }

    // SC events s with (s, t) in psc_base | psc_F. psc_base and psc_F are made of a first half,
    // which starts at an SC event, and a second, which ends at one. Here `t` is the end; all first
    // halves that reach it are collected at once, as sets.
    template <class G>
    static set<G> psc_before(const G& g, event_id t) {
        return is_fence(g, t) ? psc_before_fence(g, t) : psc_before_access(g, t);
    }

    template <class G>
    static set<G> psc_before_access(const G& g, event_id t) {
        const set<G> starts = scb_before(g, t, g.seq_cst());
        set<G> fenced = starts;
        // What is before an earlier event of the thread is before the last one too.
        const event_id prev = g.po_prev(t);
        set<G> others = starts - g.events_of(g[t].thread);
        if (prev != no_event) others.set(prev);
        others.each([&](event_id x) { fenced |= g.rows(x).hb; });
        return (starts & g.seq_cst()) | (fenced & g.sc_fences());
    }

    // All fences that happen before a fence are before it by psc_F. Accesses that happen before it
    // are of interest only if they are SC; others, for the fences that happen before them.
    template <class G>
    static set<G> psc_before_fence(const G& g, event_id t) {
        const set<G>& hb = g.rows(t).hb;
        const set<G> accesses = g.seq_cst() - g.sc_fences();
        // x with (x, y) in scb for a y with (y, t) in hb?; first, by po and hb alone.
        set<G> starts = hb & accesses;
        if (starts.any()) starts &= scb_before(g, t, starts);
        ((hb & accesses) - starts).each([&](event_id s) {
            if (scb_into(g, s, hb)) starts.set(s);
        });
        set<G> eco = set<G>::none();  // x with (x, y) in eco for a y with (y, t) in hb
        const set<G> wanted = (g.live() - hb) | accesses;
        for (location_id l = 0; l < g.location_count(); ++l) {
            const set<G> here = g.accesses_at(l);
            if (!hb.intersects(here) || !wanted.intersects(here)) continue;
            // Of all writes that happen before `t`, the newest in co has all others before it; and
            // so has what was read, if that is newer.
            const unsigned write = g.co_index(newest_known(g, l, hb));
            if (write > 0) starts |= below(g, l, write, write, wanted);
            const unsigned known = coherence_floor(g, l, hb);
            if (known > write) eco |= below(g, l, known + 1, known, wanted);
        }
        set<G> fenced = hb;
        ((starts | eco) - hb).each([&](event_id x) { fenced |= g.rows(x).hb; });
        return (starts & g.seq_cst()) | (fenced & g.sc_fences());
    }

    // Whether the SC event s has an scb edge, by po or hb alone, to one of `ends`, which is closed
    // under hb and has s in it. The edges by co and fr are found otherwise (below()).
    template <class G>
    static bool scb_into(const G& g, event_id s, const set<G>& ends) {
        const unsigned next = g[s].po + 1u;
        if (next < g.count(g[s].thread) && ends.test(g.at(g[s].thread, next))) return true;
        bool found = false;
        ends.each([&](event_id y) {
            found = found || (g.rows(y).hb.test(s) && scb_before(g, y, set<G>::of(s)).test(s));
        });
        return found;
    }

    // A new SC event: its predecessors in psc+. What the events before it have been closed over
    // already is taken over: psc+ grows by one step.
    template <class G>
    static void close_psc_into(G& g, event_id e) {
        if (g[e].what.how != mode::seq_cst) return;
        set<G> closed = set<G>::none();
        psc_before(g, e).each([&](event_id s) {
            closed.set(s);
            closed |= g.open(s).psc;
        });
        closed.reset(e);
        g.open(e).psc = closed;
    }

    // Where psc edges through an event end that has `newer` right after it by fr or co. Made once
    // for each event, and asked for every SC event.
    template <class G>
    struct psc_ends {
        set<G> writes = set<G>::none();   // what the event is before by co or fr
        set<G> readers = set<G>::none();  // what reads from those

        psc_ends(const G& g, location_id l, event_id newer) {
            for (event_id w = newer; w != no_event; w = g[w].co_next) writes.set(w);
            g.reads_at(l).each([&](event_id r) {
                if (g[r].rf != initial_write && writes.test(g[r].rf)) readers.set(r);
            });
        }
        // The edge ends at an SC event among the writes themselves, or at an SC fence behind one of
        // them; by psc_F only at a fence, behind a read of such a write.
        bool by_base(const G& g, event_id t) const {
            return writes.test(t) || (is_fence(g, t) && g.rows(t).hb.intersects(writes));
        }
        bool by_fence(const G& g, event_id t) const {
            return is_fence(g, t) && g.rows(t).hb.intersects(readers);
        }
    };

    // A new event `e` with `newer` right after it by fr or co. False if that closes a psc cycle.
    // Without SC events there is no psc, and this costs nothing.
    template <class G>
    static bool close_psc_out_of(G& g, event_id e, event_id newer) {
        if (newer == no_event || !g.seq_cst().any() || mutated(mutant::no_psc)) return true;
        const set<G> fences_before = g.rows(e).hb & g.sc_fences();
        set<G> base = fences_before;  // s with s;scb through e
        if (g[e].what.how == mode::seq_cst) base.set(e);
        if (!base.any()) return true;
        const psc_ends<G> ends(g, g[e].what.location, newer);
        bool consistent = true;
        g.seq_cst().each([&](event_id t) {
            if (!consistent || t == e) return;
            if (ends.by_base(g, t))
                consistent = add_psc(g, base, t);
            else if (ends.by_fence(g, t))
                consistent = add_psc(g, fences_before, t);
        });
        return consistent;
    }

    // The same, before `e` is added, for the fences that are before it by program order alone. A
    // source that this refuses is never tried.
    template <class G>
    static bool may_precede(const G& g, event_id e, event_id newer) {
        if (newer == no_event || !g.seq_cst().any() || mutated(mutant::no_psc)) return true;
        // Fences of other threads that are before `e` by its source are not known yet.
        const set<G> base = po_hb(g, e) & g.sc_fences();
        if (!base.any()) return true;
        set<G> closed = base;
        base.each([&](event_id s) { closed |= g.open(s).psc; });
        const psc_ends<G> ends(g, g[e].what.location, newer);
        bool consistent = true;
        closed.each([&](event_id t) {
            if (ends.by_base(g, t) || ends.by_fence(g, t)) consistent = false;
        });
        return consistent;
    }

    // Adds psc edges from `sources` to `t`. False if that closes a cycle. Keeps psc+ transitive:
    // whoever has `t` before it gets what `t` got. A cycle shows as `t` before itself.
    template <class G>
    static bool add_psc(G& g, const set<G>& sources, event_id t) {
        set<G> closed = sources;
        sources.each([&](event_id s) { closed |= g.open(s).psc; });
        if (closed.test(t)) return false;
        g.open(t).psc |= closed;
        closed = g.open(t).psc;
        g.seq_cst().each([&](event_id x) {
            if (g.open(x).psc.test(t)) g.open(x).psc |= closed;
        });
        return true;
    }
};

}  // namespace ringsim::sim::graph
