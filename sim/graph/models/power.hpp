// Power: Alglave, Maranget and Tautschnig, "Herding cats: modelling, simulation, testing, and data
// mining for weak memory", TOPLAS 2014, in the form of herd's ppc.cat. Not multi-copy atomic.
//
//   NO-THIN-AIR  acyclic(hb)                    hb = ppo | fence | rfe, and so by construction:
//                                               the exploration has no cycle in po | rf
//   OBSERVATION  irreflexive(fre;prop;hb*)
//   PROPAGATION  acyclic(co | prop)
//   EXCLUSIVES   acyclic(co | po & (X * X))     X = what stwcx. has written
//   fence = sync | lwsync \ (W*R) | eieio & (W*W)
//   prop-base = (fence | rfe;fence);hb*
//   prop = prop-base & (W*W) | chapo?;prop-base*;sync;hb*
//   chapo = rfe | fre | coe | fre;rfe | coe;rfe
//   ppo: what program order preserves, from the parts i (begins) and c (commits) of accesses:
//     ii = dd | rfi | rdw | ci | ic;ci | ii;ii          ci = ctrl-isync | detour | ci;ii | cc;ci
//     cc = dd | po-loc | ctrl | addr;po | ci | ci;ic | cc;cc      ic = ii | cc | ic;cc | ii;ic
//     ppo = [R];ii;[R] | [R];ic;[W]
//
// ppo, the fences and prop-base end at the later event and are found when it is added; with them a
// thread's next access knows most writes that it may not miss. The axioms themselves are checked
// over the events that are on a cycle with the new one.
#pragma once

#include <string_view>
#include <utility>

#include "sim/graph/dependencies.hpp"
#include "sim/graph/models/local_order.hpp"
#include "sim/graph/models/whole_graph.hpp"
#include "sim/graph/relation.hpp"

namespace ringsim::sim::graph {

// Sets of events before this one, by what relates them to it; see the head for the names. The ones
// in the middle (before_*) are classes that a fence leaves for later accesses; the last ones are
// relations that end here.
template <unsigned W>
struct power_rows {
    static constexpr bool reads_ahead = true;
    using set = bits<W>;
    stated_dependencies<set> stated;
    set kept;               // see builder::kept_before()
    set R, W_, ctrl, addr;  // of the thread up to this event
    set before_sync, before_lwsync, before_eieio, before_isync;
    set strong, fence;  // direct predecessors by sync, by any fence
    set ii, ic, ci, cc, ppo;
    set base;   // prop-base
    set heard;  // writes are visible to it: (prop-base & (W*W));hb*, from any event if it writes
};

struct power_model : whole_graph_model {
    static constexpr std::string_view name = "power";
    static constexpr std::array folded_barriers{barrier::sync, barrier::lwsync,
                                                barrier::ctrl_isync};
    static constexpr bool adds_to_begin = true;
    template <unsigned W>
    using rows = power_rows<W>;

    // What a thread has heard of it may not miss: OBSERVATION for reads, PROPAGATION for writes.
    // Only a lower bound, for speed: what it lets through is looked at by the axioms all the same.
    // Asked before a read has a source, so that it has heard of nothing by that.
    template <class G>
    static unsigned floor(const G& g, event_id e) {
        set<G> known = g.events_of(g[e].thread) - set<G>::of(e);
        const bool write = g[e].what.kind == event_kind::write;
        if (write ? !mutated(mutant::power_no_propagation) : !mutated(mutant::power_no_observation))
            known |= g.rows(e).heard & g.writes_at(g[e].what.location);
        return coherence_floor(g, g[e].what.location, known);
    }

    // Power's fences are cumulative, so a fence is kept as "what is before it" and becomes a
    // relation when the next access comes.
    template <class G>
    static void begin(G& g, event_id e, const stated_dependencies<set<G>>& stated) {
        auto& r = g.rows(e);
        const event_id prev = g.po_prev(e);
        r = {};
        if (prev != no_event) carry(g.rows(prev), r);
        const label& l = g[e].what;
        // Before the branches right before this access, which may be behind the barriers.
        each_folded<power_model>(l, [&](barrier b) { enter_fence(g, e, b); });
        // A branch controls all that comes later, so ctrl gathers along the thread; the others are
        // of this access alone.
        r.stated = stated;
        r.ctrl |= stated.ctrl;
        if (l.kind == event_kind::fence) return enter_fence(g, e, l.fence);
        if (!is_access(l)) return;
        const bool write = l.kind == event_kind::write;
        // A fence orders what is before it with this access by the kinds of both: lwsync not a
        // write with a read, eieio writes only.
        if (!mutated(mutant::power_no_sync)) r.strong = r.before_sync;
        r.fence = r.strong;
        if (!mutated(mutant::power_no_lwsync))
            r.fence |= write ? r.before_lwsync : r.before_lwsync & r.R;
        if (write && !mutated(mutant::power_no_eieio)) r.fence |= r.before_eieio;
        // As if it read the initial value, which adds nothing: for floor(), before the source is
        // known.
        preserve(g, e, initial_write);
        hear(g, e, initial_write);
    }

    // What the source adds: mostly a path of rfe and hb. Where it adds to ppo, preserve() and
    // hear() once more.
    template <class G>
    static bool add_read(G& g, event_id e) {
        const event_id w = g[e].rf;
        if (w != initial_write && sources_preserve(g, e, w)) {
            preserve(g, e, w);
            hear(g, e, w);
        } else if (w != initial_write && g[w].thread != g[e].thread) {
            g.rows(e).base |= std::as_const(g).rows(w).base;
            g.rows(e).heard |= std::as_const(g).rows(w).heard;
        }
        // Not before: an access is no predecessor of itself.
        g.rows(e).R.set(e);
        g.rows(e).addr |= g.rows(e).stated.addr;
        return consistent<power_model>(g, e);
    }
    template <class G>
    static bool add_write(G& g, event_id e) {
        g.rows(e).W_.set(e);
        g.rows(e).addr |= g.rows(e).stated.addr;
        return consistent<power_model>(g, e);
    }

    // `e` reads from a write that is to come.
    template <class G>
    static void add_ahead(G& g, event_id e) {
        preserve(g, e, initial_write);
        hear(g, e, initial_write);
        g.rows(e).R.set(e);
        g.rows(e).addr |= g.rows(e).stated.addr;
    }
    // The events of the thread that are hb-before `e`, whatever reads of writes to come read from.
    template <class G>
    static set<G> kept_before(const G& g, event_id e) {
        if (mutated(mutant::power_no_thin_air)) return set<G>::none();
        return g.rows(e).ppo | g.rows(e).fence;
    }
    template <class G>
    static bool keeps_source(const G&, event_id) {
        return true;
    }
    // The axioms over the whole graph, from nothing: for graphs whose reads were promised. ppo of
    // some reads changes with what they turn out to read from, so it is made again in the order of
    // the threads; the fences are as they were.
    template <class G>
    static bool consistent_anew(G& g) {
        for (unsigned t = 0; t < g.thread_count(); ++t)
            for (unsigned i = 0; i < g.count(t); ++i) {
                const event_id e = g.at(t, i);
                const label& l = g[e].what;
                if (is_access(l))
                    preserve(g, e, l.kind == event_kind::read ? g[e].rf : initial_write);
            }
        return holds_among(g, g.live());
    }

  private:
    friend whole_graph_model;

    // What a thread hands on from event to event: the classes, and no relation.
    template <class Rows>
    static void carry(const Rows& from, Rows& to) {
        to.R = from.R;
        to.W_ = from.W_;
        to.ctrl = from.ctrl;
        to.addr = from.addr;
        to.before_sync = from.before_sync;
        to.before_lwsync = from.before_lwsync;
        to.before_eieio = from.before_eieio;
        to.before_isync = from.before_isync;
    }

    template <class G>
    static void enter_fence(G& g, event_id e, barrier b) {
        auto& r = g.rows(e);
        if (b == barrier::sync) r.before_sync = r.R | r.W_;
        if (b == barrier::lwsync) r.before_lwsync = r.R | r.W_;
        if (b == barrier::eieio) r.before_eieio = r.W_;
        // The branch of "cmp; bc; isync" is part of the mapping and not of the program, so it is
        // made here.
        if (b == barrier::ctrl_isync) r.ctrl |= access_before(g, e);
        if (b == barrier::isync || b == barrier::ctrl_isync) r.before_isync = r.ctrl;
    }

    // The read that the branch right before `e` depends on: the last access, or its read half. A
    // lone write there would be no reason to branch, and no mapping has it so.
    template <class G>
    static set<G> access_before(const G& g, event_id e) {
        event_id a = g.po_prev(e);
        if (a != no_event && g[a].what.rmw) a = g.po_prev(a);
        return a == no_event ? set<G>::none() : set<G>::of(a);
    }

    // The predecessors of `e` in prop-base, and what it hears of, when it reads from `w`. A part of
    // prop that needs no search: enough for floor() to leave out most of what the axioms would
    // refuse.
    template <class G>
    static void hear(G& g, event_id e, event_id w) {
        auto& r = g.rows(e);
        const auto& all = g;
        r.base = r.fence;
        r.heard = set<G>::none();
        // rfe;fence. What is before `b` by a fence was met when `b` was.
        each_but_covered(r.fence, [&](event_id b) -> const set<G>& {
            const event& before = g[b];
            if (before.what.kind == event_kind::read && before.rf < to_come &&
                g[before.rf].thread != before.thread)
                r.base.set(before.rf);
            return all.rows(b).fence;
        });
        set<G> direct = r.ppo | r.fence;
        // rfe is in hb.
        if (w != initial_write && g[w].thread != g[e].thread) direct.set(w);
        // Whatever is before `b` by hb has less of both.
        each_but_covered(direct, [&](event_id b) -> const set<G>& {
            r.base |= all.rows(b).base;
            r.heard |= all.rows(b).heard;
            return all.rows(b).kept;
        });
        // prop-base & (W*W), of which all that comes later by hb hears.
        if (g[e].what.kind == event_kind::write) r.heard = r.base;
    }

    // The predecessors of `e` in ii, ic, ci and cc, and so in ppo, when it reads from `w`. The four
    // relations refer to each other; together they say one thing. An access has a beginning and a
    // commit, in this order; ii0, ci0 and cc0 are edges between these of different accesses; and
    // the four are where paths lead. So of the edges that end at `e` each is followed once, to what
    // the earlier event has: that is complete.
    template <class G>
    static void preserve(G& g, event_id e, event_id w) {
        auto& r = g.rows(e);
        const auto& all = g;
        const set<G> po_loc = before_at_location(g, e);
        const bool read = g[e].what.kind == event_kind::read;
        set<G> dd = r.stated.addr;
        if (!read) dd |= r.stated.data;
        if (g[e].what.rmw && computes(g, e) && !mutated(mutant::power_no_computed))
            dd.set(g.po_prev(e));
        if (mutated(mutant::power_no_dependencies)) dd = set<G>::none();
        set<G> ii0 = dd;
        set<G> ci0 = mutated(mutant::power_no_ctrl_isync) ? set<G>::none() : r.before_isync;
        if (read && w != initial_write) add_sources(g, e, w, po_loc, ii0, ci0);
        set<G> cc0 = dd;
        if (!mutated(mutant::power_no_po_loc)) cc0 |= po_loc;
        if (!mutated(mutant::power_no_ctrl)) cc0 |= r.ctrl;
        if (!mutated(mutant::power_no_addr_po)) cc0 |= r.addr;
        // Into the beginning of `e`, from beginnings and commits.
        r.ii = ii0 | ci0;
        r.ci = ci0;
        each_but_covered(ii0, [&](event_id b) -> const set<G>& {
            r.ii |= all.rows(b).ii;
            r.ci |= all.rows(b).ci;
            return all.rows(b).ii;
        });
        each_but_covered(ci0, [&](event_id b) -> const set<G>& {
            r.ii |= all.rows(b).ic;
            r.ci |= all.rows(b).cc;
            return all.rows(b).cc;
        });
        // Into its commit.
        r.ic = r.ii | cc0;
        r.cc = r.ci | cc0;
        each_but_covered(cc0, [&](event_id b) -> const set<G>& {
            r.ic |= all.rows(b).ic;
            r.cc |= all.rows(b).cc;
            return all.rows(b).cc;
        });
        r.ppo = (read ? r.ii : r.ic) & r.R;
    }

    // The accesses of its thread before `e` to its location.
    template <class G>
    static set<G> before_at_location(const G& g, event_id e) {
        const auto& r = g.rows(e);
        return g.accesses_at(g[e].what.location) & (r.R | r.W_);
    }
    // Whether it adds anything to ii or ci that `e` reads from `w`.
    template <class G>
    static bool sources_preserve(const G& g, event_id e, event_id w) {
        set<G> ii = set<G>::none(), ci = set<G>::none();
        add_sources(g, e, w, before_at_location(g, e), ii, ci);
        return ii.any() || ci.any();
    }

    // What lwarx has read is in the data of its stwcx., if something was computed of it.
    template <class G>
    static bool computes(const G& g, event_id w) {
        const rmw_op op = g[g.po_prev(w)].what.op;
        return op != rmw_op::exchange && op != rmw_op::compare_exchange;
    }

    // rfi, rdw = po-loc & (fre;rfe), detour = po-loc & (coe;rfe). A read from another thread, with
    // an access of its own to the location before it: a read that read something else, or a write
    // that was overwritten since.
    template <class G>
    static void add_sources(const G& g, event_id e, event_id w, const set<G>& po_loc, set<G>& ii,
                            set<G>& ci) {
        if (g[w].thread == g[e].thread) {
            if (!mutated(mutant::power_no_rfi)) ii.set(w);
            return;
        }
        po_loc.each([&](event_id a) {
            if (g[a].what.kind == event_kind::write) {
                if (!mutated(mutant::power_no_detour)) ci.set(a);
            } else if (g[a].rf != w && g[a].rf != to_come && !mutated(mutant::power_no_rdw)) {
                ii.set(a);
            }
        });
    }

    // Matrices of the largest size take more than a megabyte: one set for each thread of this
    // process, used again and again.
    template <class G>
    struct scratch {
        static constexpr unsigned words = G::capacity / 64;
        relation<words> rfe, fre, coe, co, fence, strong, hb, hb_star, base, prop, other;
    };

    // The axioms as the head has them, among these events. Matrices are used for what comes next as
    // soon as they are not needed any more: the comments say what is in them.
    template <class G>
    static bool holds_among(const G& g, const set<G>& events) {
        static thread_local scratch<G> s;
        const calculus<G> on(g, events);
        on.communication(s.rfe, s.fre, s.coe, s.co);
        on.rows(s.fence, [&](event_id e) { return g.rows(e).fence; });
        on.rows(s.strong, [&](event_id e) { return g.rows(e).strong; });
        on.rows(s.hb, [&](event_id e) { return g.rows(e).ppo | g.rows(e).fence; });
        on.add(s.hb, s.rfe);
        on.close(s.hb);
        // NO-THIN-AIR: by construction but for promised reads.
        if (!on.irreflexive(s.hb) && !mutated(mutant::power_no_thin_air)) return false;
        on.optional(s.hb_star, s.hb);
        // prop-base = (fence | rfe;fence);hb*
        on.sequence(s.other, s.rfe, s.fence);
        on.add(s.other, s.fence);
        on.sequence(s.base, s.other, s.hb_star);
        // prop
        on.rows(s.prop, [&](event_id e) {
            return on.is_write(e) ? s.base.row[e] & on.writes() : set<G>::none();
        });
        on.close(s.base);
        on.optional(s.other, s.base);  // prop-base*
        on.sequence(s.base, s.other, s.strong);
        on.sequence(s.strong, s.base, s.hb_star);  // prop-base*;sync;hb*
        on.sequence(s.base, s.rfe, s.strong);      // of chapo, after rfe
        on.add(s.base, s.strong);
        if (!mutated(mutant::power_no_strong_prop)) {
            on.add(s.prop, s.base);
            on.sequence(s.other, s.fre, s.base);
            on.add(s.prop, s.other);
            on.sequence(s.other, s.coe, s.base);
            on.add(s.prop, s.other);
        }
        // OBSERVATION
        on.sequence(s.other, s.fre, s.prop);
        on.sequence(s.base, s.other, s.hb_star);
        if (!on.irreflexive(s.base) && !mutated(mutant::power_no_observation)) return false;
        // PROPAGATION
        on.add(s.prop, s.co);
        on.close(s.prop);
        if (!on.irreflexive(s.prop) && !mutated(mutant::power_no_propagation)) return false;
        return exclusives_in_order(g, on, s) || mutated(mutant::power_no_exclusives);
    }

    // EXCLUSIVES. What lwarx has read is an exclusive access too, but no cycle needs it: co is
    // among writes, and po is transitive.
    template <class G>
    static bool exclusives_in_order(const G& g, const calculus<G>& on, scratch<G>& s) {
        set<G> exclusive = set<G>::none();
        on.writes().each([&](event_id e) {
            if (e != initial_write && g.read_half(e) != no_event) exclusive.set(e);
        });
        on.rows(s.other, [&](event_id e) {
            set<G> before = s.co.row[e];
            if (exclusive.test(e)) before |= g.rows(e).W_ & exclusive;
            before.reset(e);
            return before;
        });
        on.close(s.other);
        return on.irreflexive(s.other);
    }
};

}  // namespace ringsim::sim::graph
