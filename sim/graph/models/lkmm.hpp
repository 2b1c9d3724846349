// The Linux kernel's memory model: Alglave, Maranget, McKenney, Parri and Stern, "Frightening small
// children and disconcerting grown-ups: concurrency in the Linux kernel", ASPLOS 2018, as revised
// since in the kernel's tools/memory-model.
//
//   HAPPENS-BEFORE  acyclic(hb)     hb = [Marked];(ppo | rfe | (prop \ id) & int);[Marked]
//   PROPAGATION     acyclic(pb)     pb = prop;mb;hb*;[Marked]
//   prop = [Marked];((co | fr) & ext)?;cumul-fence*;[Marked];rfe?;[Marked]
//   cumul-fence = [Marked];((rfe;[Marked])?;(mb | po-rel) | wmb | lock);[Marked];(rf;rmw)*
//   ppo = addr;[R] | dep;[Marked];rfi | (dep | ctrl);[W] | (co | fr) & int | addr;[Plain];wmb
//       | (acq-po | po-rel | mb | rmb | wmb | lock) & int                      dep = addr | data
//   mb = [M];fence(smp_mb);[M] | [M];po;[full R] | [full W];po;[M]
//      | [M];fence(before-atomic);[RMW];po?;[M] | [M];po?;[RMW];fence(after-atomic);[M]
//      | [M];po?;[LKW];fence(after-spinlock);[M] | [M];lock;[after-unlock-lock];po;[M]
//      | [M];po?;[srcu_read_unlock];fence(after-srcu-read-unlock);[M] | po;[grace period];po?
//   lock = po;[UL];(po | rf);[LKR];po, and addr, data and ctrl each follow (data;rfi)*; what an
//   atomic_add() and the like have read is in the data of what they write
//   NO-THIN-AIR     acyclic(rf | addr | data)
//
// The last one is not in the kernel's files. Of marked accesses `hb` says it; of plain ones, whose
// dependencies a compiler need not keep, the kernel's files say nothing, but herd7 runs them by
// solving equations, and leaves out every execution in which a value is computed from itself. We
// leave out the same, for no machine and no compiler makes a value of nothing. That data is here
// without what is the same whatever was read: r0 ^ r0.
//
// A read-modify-write is `full` if its mode is seq_cst. What plain accesses may do and when they
// race is in lkmm_plain.hpp, RCU in lkmm_rcu.hpp. Every base relation ends at the later event and
// is found when that is added, and so is most of what a thread's next access may not miss. The
// axioms themselves are checked over the events that are on a cycle with the new one.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "sim/graph/models/lkmm_mixed.hpp"
#include "sim/graph/models/lkmm_plain.hpp"
#include "sim/graph/models/lkmm_rcu.hpp"
#include "sim/graph/models/lkmm_sets.hpp"
#include "sim/graph/models/whole_graph.hpp"

namespace ringsim::sim::graph {

struct lkmm_model : whole_graph_model, lkmm_sets {
    static constexpr std::string_view name = "lkmm";
    // An order that a later event gives may undo a race, so they are looked for at the end.
    static constexpr bool races_at_the_end = true;
    static constexpr bool adds_to_begin = true;
    template <unsigned W>
    using rows = lkmm_rows<W>;

    // An access must not miss a write that its thread has heard of: it would be before it by fr or
    // co, and so by prop, and after it by hb or by a strong fence and hb. This only narrows the
    // choices: what it lets through is looked at by the axioms all the same.
    template <class G>
    static unsigned floor(const G& g, event_id e) {
        const location_id l = g[e].what.location;
        set<G> known = g.events_of(g[e].thread) - set<G>::of(e);
        known |= g.rows(e).heard_before & g.writes_at(l);
        return coherence_floor(g, l, known);
    }

    // Two accesses of a complete execution that race; no_event twice if none do. Most executions
    // have none, which is noted while they grow: what events have heard of shows too many races and
    // never too few. Of an execution that the axioms forbid nothing is told, which with RCU is only
    // known here.
    template <class G>
    static std::array<event_id, 2> racing(const G& g) {
        constexpr std::array none{no_event, no_event};
        const bool rcu = uses_rcu(g);
        if (!rcu && !any_thread(g, [](const auto& po) { return po.may_race; })) return none;
        auto& s = scratch<G>();
        const calculus<G> on(g, g.live());
        if (rcu) {
            const lkmm_rcu<G> with(g, on);
            if (with.waits_within() || !ordered(g, on, s, with) || !with.ordered(s)) return none;
            return racing_among(g, on, s, with);
        }
        const lkmm_fences<G> fences{g};
        if (!ordered(g, on, s, fences)) return none;
        return racing_among(g, on, s, fences);
    }
    template <class G>
    static bool has_race(const G& g) {
        return racing(g)[0] != no_event;
    }

    // Whether a complete execution has the order that RCU gives. Asked only at the end: the end of
    // a critical section orders what was before it, so that a graph without it may be extended in
    // ways that it does not allow, and must not be given up for that.
    template <class G>
    static bool holds_at_the_end(const G& g) {
        if (!uses_rcu(g)) return true;
        auto& s = scratch<G>();
        const calculus<G> on(g, g.live());
        const lkmm_rcu<G> rcu(g, on);
        if (!ordered(g, on, s, rcu) || !rcu.ordered(s)) return false;
        const lkmm_plain<G, lkmm_rcu<G>> plain(g, on, rcu);
        if (!plain.any()) return true;
        plain.close(s);
        return plain.coherent(s);
    }
    // Calls f with the name of each rule for the use of RCU that a complete execution breaks.
    template <class G, class F>
    static void each_misuse(const G& g, F&& f) {
        if (lkmm_mixes_accesses(g)) f("mixed-accesses");
        if (uses_rcu(g)) lkmm_rcu<G>(g, calculus<G>(g, g.live())).each_misuse(f);
    }

    // First what program order and dependencies say, which no source can change. Called again for a
    // compare-exchange once its outcome is known: so it begins from an empty row.
    template <class G>
    static void begin(G& g, event_id e, const stated_dependencies<set<G>>& stated) {
        auto& r = g.rows(e);
        const event_id prev = g.po_prev(e);
        // A row may be that of an event whose slot this one has now.
        r = {};
        // The classes are carried along the thread; relations begin anew with each event.
        if (prev != no_event) r.po = g.rows(prev).po;
        // Dependencies of the program are on reads of its own; those reads may have got their
        // values from plain writes of the thread.
        r.stated = {.addr = carried(g, stated.addr),
                    .data = carried(g, stated.data),
                    .ctrl = carried(g, stated.ctrl),
                    .pick = stated.pick};
        const label& l = g[e].what;
        r.po.rcu = r.po.rcu || is_rcu(l.fence);
        if (l.kind == event_kind::fence) {
            // smp_acquire__after_ctrl_dep(), which the model's files do not have, is documented as
            // smp_rmb() that makes an acquire of what was branched on. It is marked as locks are.
            if (l.lock) r.po.acquire |= r.stated.ctrl;
            return enter_fence(g, e, l.fence);
        }
        if (!is_access(l)) return;
        order_before(r, l);
        enter(r.po, e, l);
        // For addr;[Plain];wmb: a wmb behind this write orders what its address came from.
        if (l.kind == event_kind::write && l.how == mode::plain) r.po.addr_plain |= r.stated.addr;
        preserve(g, e, initial_write);
        hear(g, e);
    }

    // What depends on the source: the value's own dependencies, ppo through rfi, and what it hears
    // of.
    template <class G>
    static bool add_read(G& g, event_id e) {
        const event_id w = g[e].rf;
        carry(g, e, w);
        if (is_internal(g, e, w)) {
            preserve(g, e, w);
            hear(g, e);
        }
        hear_of_source(g, e, w);
        if (!consistent<lkmm_model>(g, e)) return false;
        note_race(g, e);
        return true;
    }
    template <class G>
    static bool add_write(G& g, event_id e) {
        if (!consistent<lkmm_model>(g, e)) return false;
        note_race(g, e);
        return true;
    }

    // `e` reads from a write that is to come.
    template <class G>
    static void add_ahead(G& g, event_id e) {
        carry(g, e, initial_write);
        preserve(g, e, initial_write);
        hear(g, e);
    }
    // The marked events of the thread that are hb-before `e`, if it is marked. Of a plain access
    // nothing is sure: a compiler may move it.
    template <class G>
    static set<G> kept_before(const G& g, event_id e) {
        return g[e].what.how == mode::plain ? set<G>::none() : g.rows(e).ppo - g.plain();
    }
    template <class G>
    static bool keeps_source(const G& g, event_id read) {
        return g[read].what.how != mode::plain && g[g[read].rf].what.how != mode::plain;
    }
    // The axioms over the whole graph, from nothing: for graphs whose reads were promised. What
    // events have heard of stays as it was, which is too little and never wrong.
    template <class G>
    static bool consistent_anew(G& g) {
        for (unsigned t = 0; t < g.thread_count(); ++t)
            for (unsigned i = 0; i < g.count(t); ++i) order_anew(g, g.at(t, i));
        return holds_among(g, g.live());
    }

  private:
    friend whole_graph_model;

    // Without the clauses that hear() follows, a thread hears of nothing: a mutant's axiom must not
    // be upheld by floor().
    static bool hears() {
        return !(mutated(mutant::lkmm_no_a_cumul) || mutated(mutant::lkmm_no_rmw_sequence) ||
                 mutated(mutant::lkmm_no_prop_overwrite) || mutated(mutant::lkmm_no_prop_rfe) ||
                 mutated(mutant::lkmm_no_prop_int) || mutated(mutant::lkmm_no_hb) ||
                 mutated(mutant::lkmm_no_pb));
    }

    // Whether some thread has that among all its events, by what is carried along it.
    template <class G, class F>
    static bool any_thread(const G& g, F&& has) {
        bool found = false;
        for (unsigned t = 0; t < g.thread_count(); ++t)
            found = found || (g.count(t) > 0 && has(g.rows(g.last(t)).po));
        return found;
    }
    // Most programs have no RCU, and need nothing of lkmm_rcu.
    template <class G>
    static bool uses_rcu(const G& g) {
        return any_thread(g, [](const auto& po) { return po.rcu; });
    }
    // Whether the new event `e` may race, for racing(). Most have no plain data to race with, and
    // need none of what it takes to find out.
    template <class G>
    static void note_race(G& g, event_id e) {
        const location_id l = g[e].what.location;
        const set<G> others = g.accesses_at(l) - g.events_of(g[e].thread);
        if (!others.any() || (g[e].what.how != mode::plain && !others.intersects(g.plain())))
            return;
        const lkmm_fences<G> fences{g};
        const calculus<G> on(g, g.live());
        auto& po = g.rows(e).po;
        po.may_race = po.may_race || lkmm_plain<G>(g, on, fences).may_race(e);
    }

    // (data;rfi)*;[S], for a set S of reads of the thread. A value that went through a plain
    // variable still depends on what it was made of.
    template <class G>
    static set<G> carried(const G& g, const set<G>& reads) {
        set<G> all = reads;
        reads.each([&](event_id r) { all |= g.rows(r).carried; });
        return all;
    }

    // What the value of the write `w` comes from; of an addition, this is also what it has read. An
    // exchange writes what it was given, and a compare-exchange only does so or does not.
    template <class G>
    static set<G> data_of(const G& g, event_id w) {
        const set<G>& given = g.rows(w).stated.data;
        if (!g[w].what.rmw || mutated(mutant::lkmm_no_computed)) return given;
        const event_id read = g.po_prev(w);
        const rmw_op op = g[read].what.op;
        if (op == rmw_op::exchange || op == rmw_op::compare_exchange) return given;
        return given | g.rows(read).carried;
    }

    template <class G>
    static bool is_internal(const G& g, event_id read, event_id w) {
        return w != initial_write && g[w].thread == g[read].thread;
    }

    template <class G>
    static bool is_marked_write(const G& g, event_id w) {
        return w < to_come && g[w].what.how != mode::plain;
    }
    template <class G>
    static bool is_marked_rfe(const G& g, event_id w, event_id read) {
        return is_marked_write(g, w) && g[w].thread != g[read].thread;
    }

    // The predecessors of `e` in ppo, when it reads from `w`. `w` is initial_write while the source
    // is not known: then what rfi adds is left out.
    template <class G>
    static void preserve(G& g, event_id e, event_id w) {
        auto& r = g.rows(e);
        const set<G> mine = g.events_of(g[e].thread);
        r.ppo = mutated(mutant::lkmm_no_addr) ? set<G>::none() : r.stated.addr;
        if (g[e].what.kind == event_kind::read) {
            if (is_internal(g, e, w) && g[w].what.how != mode::plain &&
                !mutated(mutant::lkmm_no_dep_rfi))
                r.ppo |= g.rows(w).stated.addr | data_of(g, w);
            r.ppo |= (r.nonrw() | r.rmb | r.lock) & mine;
            return;
        }
        r.ppo |= (r.nonrw() | r.wmb | r.lock) & mine;
        if (!mutated(mutant::lkmm_no_data)) r.ppo |= r.stated.data;
        if (!mutated(mutant::lkmm_no_ctrl)) r.ppo |= r.stated.ctrl;
        if (!mutated(mutant::lkmm_no_addr_wmb)) r.ppo |= r.po.addr_wmb;
        if (!mutated(mutant::lkmm_no_overwrite_int))
            // (co | fr) & int: an access of the location before a write of it.
            r.ppo |= (g.accesses_at(g[e].what.location) & r.po.all()) - set<G>::of(e);
    }

    // What the marked event `e` has heard of: events before it by
    //   cumul        cumul-fence+
    //   heard        cumul-fence*;rfe?;hb*, all after rfe in its thread
    //   heard_by_mb  cumul-fence*;rfe?;mb;hb*
    //   hb           hb+
    // Of hb only ppo and rfe are followed, not what prop makes: less than the model says, which
    // floor() may do, for the axioms are asked afterwards.
    template <class G>
    static void hear(G& g, event_id e) {
        auto& r = g.rows(e);
        r.cumul = r.heard = r.heard_by_mb = r.hb = set<G>::none();
        const label& l = g[e].what;
        if (!hears()) return;
        if (l.how == mode::plain) return overhear(g, e);
        const auto& all = g;
        // A-cumulativity: a full barrier or a release also orders what the thread has read of
        // others.
        const auto fence = [&](event_id b, bool cumulative) {
            const event& before = g[b];
            r.cumul |= all.rows(b).cumul | set<G>::of(b);
            if (cumulative && before.what.kind == event_kind::read &&
                is_marked_rfe(g, before.rf, b))
                r.cumul |= all.rows(before.rf).cumul | set<G>::of(before.rf);
        };
        // What is before `b` by such a fence was met when `b` was.
        each_but_covered((r.mb | r.po_rel) - g.plain(), [&](event_id b) {
            fence(b, true);
            return all.rows(b).mb | all.rows(b).po_rel;
        });
        each_but_covered((r.wmb | r.lock) - g.plain(), [&](event_id b) -> const set<G>& {
            fence(b, false);
            return all.rows(b).cumul;
        });
        // (rf;rmw)*: what was before the write that the read half read is before this one.
        if (l.kind == event_kind::write && l.rmw)
            if (const event_id from = g[g.po_prev(e)].rf; is_marked_write(g, from))
                r.cumul |= all.rows(from).cumul;
        // What is before `b` by ppo has less of all three, if `b` is marked.
        const auto covered = [&](event_id b) {
            return g[b].what.how == mode::plain ? set<G>::none() : all.rows(b).ppo;
        };
        each_but_covered(r.mb, [&](event_id b) {
            r.heard_by_mb |= all.rows(b).heard;
            return covered(b);
        });
        each_but_covered(r.ppo - g.plain(), [&](event_id b) {
            r.heard |= all.rows(b).heard;
            r.heard_by_mb |= all.rows(b).heard_by_mb;
            r.hb |= all.rows(b).hb | set<G>::of(b);
            return covered(b);
        });
        // Before the source is known: what floor() goes by.
        r.heard_before = r.heard | r.heard_by_mb;
        r.heard |= r.cumul;
    }
    // And what the read `e` hears of from its source `w`.
    template <class G>
    static void hear_of_source(G& g, event_id e, event_id w) {
        if (!hears() || g[e].what.how == mode::plain || !is_marked_rfe(g, w, e)) return;
        auto& r = g.rows(e);
        const auto& from = std::as_const(g).rows(w);
        r.heard |= from.cumul | set<G>::of(w);
        r.heard_by_mb |= from.heard_by_mb;
        r.hb |= from.hb | set<G>::of(w);
    }

    // What the plain event `e` must not miss by PLAIN-COHERENCE. It hears by the marked events that
    // bound it.
    template <class G>
    static void overhear(G& g, event_id e) {
        auto& r = g.rows(e);
        const bool write = g[e].what.kind == event_kind::write;
        if (write ? mutated(mutant::lkmm_no_ww_coherence) : mutated(mutant::lkmm_no_rw_coherence))
            return;
        set<G> pre = r.stated.addr;
        pre |= write ? r.fence : r.nonrw() | r.rmb_from_read;
        r.heard_before = lkmm_visible(g, pre & marked_of(g));
    }

    // The predecessors of an access by what program order has before it. Each relation is a set in
    // the row of its later event: of those in `po`, the ones that this access has by its kind.
    template <class Rows>
    static void order_before(Rows& r, const label& l) {
        const bool write = l.kind == event_kind::write;
        const auto& po = r.po;
        r.mb = po.before_mb;
        if (is_RMW(l) && !mutated(mutant::lkmm_no_before_atomic)) r.mb |= po.before_atomic;
        if (!write && is_RMW(l) && is_full(l) && !mutated(mutant::lkmm_no_full_rmw))
            r.mb |= po.all();
        if (write && releases(l) && !mutated(mutant::lkmm_no_po_rel)) r.po_rel = po.all();
        if (!mutated(mutant::lkmm_no_acq_po)) r.acq_po = po.acquire;
        if (write && !mutated(mutant::lkmm_no_wmb)) r.wmb = po.before_wmb;
        if (!write && returns(l) && !mutated(mutant::lkmm_no_rmb)) r.rmb = po.reads_before_rmb;
        if (!mutated(mutant::lkmm_no_lock)) r.lock = po.handed;
        r.fence = r.nonrw() | r.wmb | r.rmb;
        if (returns(l)) r.rmb_from_read = po.reads_before_rmb;
        if (!write && returns(l)) r.rmb_to_read = po.before_rmb;
    }

    // The access itself enters the classes, for those that come after it.
    template <class Po>
    static void enter(Po& po, event_id e, const label& l) {
        const bool write = l.kind == event_kind::write;
        // Before the access itself is in: po;[UL].
        if (is_UL(l)) po.unlocked |= po.all();
        if (is_RMW(l) && !mutated(mutant::lkmm_no_before_atomic)) po.before_mb |= po.before_atomic;
        if (write)
            po.W.set(e);
        else if (!returns(l))
            po.noreturn.set(e);
        else
            po.R.set(e);
        if (!write && acquires(l)) po.acquire.set(e);
        if (write && is_RMW(l) && is_full(l) && !mutated(mutant::lkmm_no_full_rmw))
            po.before_mb.set(e);
        // For smp_mb__after_atomic(), which orders what is before the newest read-modify-write, and
        // that.
        if (is_RMW(l)) po.until_rmw = po.all();
        if (write && l.lock && l.rmw) po.until_lock = po.all();
    }

    // A fence is nobody's predecessor: it moves what is before it into the class that it orders.
    template <class G>
    static void enter_fence(G& g, event_id e, barrier b) {
        auto& po = g.rows(e).po;
        if (is_grace_period(b) && !mutated(mutant::lkmm_no_gp)) po.before_mb = po.all();
        if (b == barrier::smp_mb && !mutated(mutant::lkmm_no_mb)) po.before_mb = po.all();
        if (b == barrier::smp_mb_before_atomic) po.before_atomic = po.all();
        if (b == barrier::smp_mb_after_atomic && !mutated(mutant::lkmm_no_after_atomic))
            po.before_mb |= po.until_rmw;
        if (b == barrier::smp_mb_after_spinlock && !mutated(mutant::lkmm_no_after_spinlock))
            po.before_mb |= po.until_lock;
        if (b == barrier::smp_mb_after_unlock_lock && !mutated(mutant::lkmm_no_after_unlock_lock))
            po.before_mb |= po.handed;
        if (b == barrier::smp_mb_after_srcu_read_unlock &&
            !mutated(mutant::lkmm_no_after_srcu_read_unlock))
            po.before_mb |= until_srcu_read_unlock(g, e);
        if (b == barrier::smp_rmb) {
            po.reads_before_rmb = po.R;
            po.before_rmb = po.R | po.W;
        }
        if (b == barrier::smp_wmb) {
            // Made anew by each smp_wmb(), and not added to: what was before an older one is before
            // this one too.
            po.before_wmb = po.W;
            po.addr_wmb |= po.addr_plain;
        }
    }

    // What the thread of `e` has before its newest srcu_read_unlock(), and that.
    template <class G>
    static set<G> until_srcu_read_unlock(const G& g, event_id e) {
        while (e != no_event && g[e].what.fence != barrier::srcu_read_unlock) e = g.po_prev(e);
        return e == no_event ? set<G>::none() : g.rows(e).po.all();
    }

    // po;[UL];(po | rf);[LKR]: what the critical section that begins here comes after. It reads
    // from an unlock, of this thread or of another, and has all before it that this unlock had.
    template <class G>
    static void take_lock(G& g, event_id e) {
        auto& r = g.rows(e);
        const event_id w = g[e].rf;
        const event_id prev = g.po_prev(e);
        r.po.handed = prev == no_event ? set<G>::none() : g.rows(prev).po.handed;
        r.po.handed |= r.po.unlocked;
        if (w >= to_come || !is_UL(g[w].what)) return;
        if (const event_id before = g.po_prev(w); before != no_event)
            r.po.handed |= g.rows(before).po.all();
    }

    // Matrices are large and used at every event that is on a cycle: they are made once for each
    // thread of this process, and each use overwrites them. Nobody may hold one over a call that
    // uses them too.
    template <class G>
    static auto& scratch() {
        static thread_local lkmm_scratch<G> s;
        return s;
    }

    // What the value of the read `e` comes from, and what a lock comes after.
    template <class G>
    static void carry(G& g, event_id e, event_id w) {
        auto& r = g.rows(e);
        r.carried = set<G>::of(e);
        if (is_internal(g, e, w) && g[w].what.fence != barrier::srcu_read_unlock &&
            !mutated(mutant::lkmm_no_carried))
            r.carried |= data_of(g, w);
        // Which lock was released is known only with the source.
        if (is_LKR(g[e].what)) take_lock(g, e);
    }

    // The base relations of `e`, when those of the events before it in its thread are right: so
    // threads are gone through from their beginnings.
    template <class G>
    static void order_anew(G& g, event_id e) {
        const stated_dependencies<set<G>> stated = g.rows(e).stated;
        const set<G> kept = g.rows(e).kept;  // whatever reads turn out to read from
        begin(g, e, stated);
        g.rows(e).kept = kept;
        g.rows(e).po.may_race = true;  // nothing is noted of what is promised
        if (g[e].what.kind != event_kind::read) return;
        carry(g, e, g[e].rf);
        preserve(g, e, g[e].rf);
    }

    // All axioms among these events; the cheap ones first.
    template <class G>
    static bool holds_among(const G& g, const set<G>& events) {
        auto& s = scratch<G>();
        const calculus<G> on(g, events);
        if (!no_thin_air(g, on, s)) return false;
        const lkmm_fences<G> fences{g};
        if (!ordered(g, on, s, fences)) return false;
        const lkmm_plain<G> plain(g, on, fences);
        if (!plain.any()) return true;
        plain.close(s);
        return plain.coherent(s);
    }

    // Only plain accesses can break it where the other axioms hold, so it is not looked at without
    // one. Where nothing else forbids, such an access races with the other end of its rf.
    template <class G>
    static bool no_thin_air(const G& g, const calculus<G>& on, lkmm_scratch<G>& s) {
        if (!(on.events() & g.plain()).any() || mutated(mutant::lkmm_no_thin_air)) return true;
        on.rows(s.base, [&](event_id e) {
            const event& ev = g[e];
            set<G> from = g.rows(e).stated.addr;
            from |= ev.what.kind == event_kind::write ? data_of(g, e) : g.rows(e).stated.data;
            from = from - g.rows(e).stated.pick;
            if (ev.what.kind == event_kind::read && ev.rf < to_come) from.set(ev.rf);
            return from & on.events();
        });
        on.close(s.base);
        return on.irreflexive(s.base);
    }

    template <class G, class Fences>
    static std::array<event_id, 2> racing_among(const G& g, const calculus<G>& on,
                                                lkmm_scratch<G>& s, const Fences& fences) {
        const lkmm_plain<G, Fences> plain(g, on, fences);
        plain.close(s);
        return plain.racing(s);
    }

    // The axioms on marked accesses, in their order. Leaves hb+ and pb+ in `s`, and what they are
    // made of. Where one relation is made from another, `sequence(out, a, b)` is a;b.
    template <class G, class Fences>
    static bool ordered(const G& g, const calculus<G>& on, lkmm_scratch<G>& s,
                        const Fences& fences) {
        on.communication(s.rfe, s.fre, s.coe, s.co);
        // Plain accesses take no part in these axioms.
        const set<G> marked = fences.marked() & on.events();
        const auto among_marked = [&](event_id e, const set<G>& before) {
            return marked.test(e) ? before & marked : set<G>::none();
        };
        on.rows(s.rfe, [&](event_id e) { return among_marked(e, s.rfe.row[e]); });
        on.rows(s.overwrite,
                [&](event_id e) { return among_marked(e, s.coe.row[e] | s.fre.row[e]); });
        on.rows(s.mb, [&](event_id e) { return among_marked(e, fences.mb(e)); });
        cumul_fence(g, on, s, fences, among_marked);
        // prop = overwrite?;cumul-fence*;rfe?
        on.rows(s.prop, [&](event_id e) { return s.cumul.row[e]; });
        if (!mutated(mutant::lkmm_no_prop_overwrite)) {
            on.sequence(s.other, s.overwrite, s.cumul);
            on.add(s.prop, s.other);
        }
        if (!mutated(mutant::lkmm_no_prop_rfe)) {
            on.sequence(s.other, s.prop, s.rfe);
            on.add(s.prop, s.other);
        }
        on.rows(s.hb, [&](event_id e) {
            set<G> before = among_marked(e, fences.ppo(e)) | s.rfe.row[e];
            if (mutated(mutant::lkmm_no_prop_int)) return before;
            before |= s.prop.row[e] & g.events_of(g[e].thread);
            // (prop \ id): what is before itself by prop alone is no cycle of hb.
            before.reset(e);
            return before;
        });
        on.close(s.hb);
        if (!on.irreflexive(s.hb) && !mutated(mutant::lkmm_no_hb)) return false;
        // pb = prop;mb;hb*
        on.sequence(s.other, s.prop, s.mb);
        on.optional(s.xbstar, s.hb);
        on.sequence(s.pb, s.other, s.xbstar);
        on.close(s.pb);
        return on.irreflexive(s.pb) || mutated(mutant::lkmm_no_pb);
    }

    // cumul-fence*, on marked accesses. The closure is reflexive, as the definition of prop wants
    // it.
    template <class G, class Fences, class F>
    static void cumul_fence(const G& g, const calculus<G>& on, lkmm_scratch<G>& s,
                            const Fences& fences, const F& among_marked) {
        on.rows(s.base,
                [&](event_id e) { return among_marked(e, fences.mb(e) | g.rows(e).po_rel); });
        on.rows(s.cumul, [&](event_id e) { return s.base.row[e]; });
        if (!mutated(mutant::lkmm_no_a_cumul)) {
            on.sequence(s.other, s.rfe, s.base);
            on.add(s.cumul, s.other);
        }
        on.rows(s.base,
                [&](event_id e) { return among_marked(e, g.rows(e).wmb | g.rows(e).lock); });
        on.add(s.cumul, s.base);
        on.rows(s.other,
                [&](event_id e) { return among_marked(e, lkmm_rmw_sequence(g, on, e, s.cumul)); });
        on.close(s.other);
        on.rows(s.cumul,
                [&](event_id e) { return among_marked(e, s.other.row[e] | set<G>::of(e)); });
    }
};

}  // namespace ringsim::sim::graph
