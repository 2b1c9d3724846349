// The Linux kernel's memory model: Alglave, Maranget, McKenney, Parri and Stern, "Frightening small
// children and disconcerting grown-ups: concurrency in the Linux kernel", ASPLOS 2018, as revised
// since in the kernel's tools/memory-model. Without RCU and SRCU.
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
//   lock = po;[UL];(po | rf);[LKR];po, and addr, data and ctrl each follow (data;rfi)*
//
// A read-modify-write is `full` if its mode is seq_cst. What plain accesses may do and when they
// race is in lkmm_plain.hpp. Every base relation ends at the later event and is found when that is
// added; the axioms are checked over the whole graph, where the new event is before another one.
#pragma once

#include <string_view>

#include "sim/graph/models/lkmm_plain.hpp"
#include "sim/graph/models/whole_graph.hpp"

namespace ringsim::sim::graph {

struct lkmm_model : whole_graph_model {
    static constexpr std::string_view name = "lkmm";
    // An order that a later event gives may undo a race, so they are looked for at the end.
    static constexpr bool races_at_the_end = true;
    template <unsigned W>
    using rows = lkmm_rows<W>;

    // An access of a complete execution that races with another one, or no_event.
    template <class G>
    static event_id racing(const G& g) {
        auto& s = scratch<G>();
        const lkmm_plain<G> plain(g);
        if (!plain.any() || !ordered(g, s)) return no_event;
        plain.close(s);
        return plain.racing(s);
    }
    template <class G>
    static bool has_race(const G& g) {
        return racing(g) != no_event;
    }

    template <class G>
    static void begin(G& g, event_id e, const stated_dependencies<set<G>>& stated) {
        auto& r = g.rows(e);
        const event_id prev = g.po_prev(e);
        r = {};
        if (prev != no_event) r.po = g.rows(prev).po;
        r.stated = {carried(g, stated.addr), carried(g, stated.data), carried(g, stated.ctrl)};
        r.po.ctrl |= r.stated.ctrl;
        const label& l = g[e].what;
        if (l.kind == event_kind::fence) return enter_fence(r.po, l.fence);
        if (!is_access(l)) return;
        order_before(r, l);
        enter(r.po, e, l);
        if (l.kind == event_kind::write && l.how == mode::plain) r.po.addr_plain |= r.stated.addr;
    }

    template <class G>
    static bool add_read(G& g, event_id e) {
        auto& r = g.rows(e);
        const event_id w = g[e].rf;
        const bool internal = w != initial_write && g[w].thread == g[e].thread;
        r.carried = set<G>::of(e);
        if (internal && !mutated(mutant::lkmm_no_carried)) r.carried |= g.rows(w).stated.data;
        if (is_LKR(g[e].what)) take_lock(g, e);
        r.ppo = mutated(mutant::lkmm_no_addr) ? set<G>::none() : r.stated.addr;
        if (internal && g[w].what.how != mode::plain && !mutated(mutant::lkmm_no_dep_rfi))
            r.ppo |= g.rows(w).stated.addr | g.rows(w).stated.data;
        r.ppo |= (r.nonrw() | r.rmb | r.lock) & g.events_of(g[e].thread);
        return g.co_next(g[e].what.location, w) == no_event || consistent(g);
    }
    template <class G>
    static bool add_write(G& g, event_id e) {
        auto& r = g.rows(e);
        const set<G> mine = g.events_of(g[e].thread);
        r.ppo = (r.nonrw() | r.wmb | r.lock) & mine;
        if (!mutated(mutant::lkmm_no_addr)) r.ppo |= r.stated.addr;
        if (!mutated(mutant::lkmm_no_data)) r.ppo |= r.stated.data;
        if (!mutated(mutant::lkmm_no_ctrl)) r.ppo |= r.po.ctrl;
        if (!mutated(mutant::lkmm_no_addr_wmb)) r.ppo |= r.po.addr_wmb;
        if (!mutated(mutant::lkmm_no_overwrite_int))
            r.ppo |= (g.accesses_at(g[e].what.location) & mine) - set<G>::of(e);
        return g[e].co_next == no_event || consistent(g);
    }

  private:
    static bool is_RMW(const label& l) { return !l.lock && (l.rmw || l.op != rmw_op::none); }
    static bool is_full(const label& l) { return l.how == mode::seq_cst; }
    static bool acquires(const label& l) { return is_acquire(l.how) && !is_full(l); }
    static bool releases(const label& l) { return is_release(l.how) && !is_full(l); }
    static bool is_LKR(const label& l) {
        return l.lock && l.kind == event_kind::read && acquires(l);
    }
    static bool is_UL(const label& l) {
        return l.lock && l.kind == event_kind::write && !l.rmw && releases(l);
    }

    // (data;rfi)*;[S], for a set S of reads of the thread.
    template <class G>
    static set<G> carried(const G& g, const set<G>& reads) {
        set<G> all = reads;
        reads.each([&](event_id r) { all |= g.rows(r).carried; });
        return all;
    }

    // The predecessors of an access by what program order has before it.
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
        if (!write && !l.no_return && !mutated(mutant::lkmm_no_rmb)) r.rmb = po.reads_before_rmb;
        if (!mutated(mutant::lkmm_no_lock)) r.lock = po.handed;
        if (!l.no_return) r.rmb_from_read = po.reads_before_rmb;
        if (!write && !l.no_return) r.rmb_to_read = po.before_rmb;
    }

    template <class Po>
    static void enter(Po& po, event_id e, const label& l) {
        const bool write = l.kind == event_kind::write;
        if (is_UL(l)) po.unlocked |= po.all();
        if (is_RMW(l) && !mutated(mutant::lkmm_no_before_atomic)) po.before_mb |= po.before_atomic;
        if (write)
            po.W.set(e);
        else if (l.no_return)
            po.noreturn.set(e);
        else
            po.R.set(e);
        if (!write && acquires(l)) po.acquire.set(e);
        if (write && is_RMW(l) && is_full(l) && !mutated(mutant::lkmm_no_full_rmw))
            po.before_mb.set(e);
        if (is_RMW(l)) po.until_rmw = po.all();
        if (write && l.lock && l.rmw) po.until_lock = po.all();
    }

    template <class Po>
    static void enter_fence(Po& po, barrier b) {
        if (b == barrier::smp_mb && !mutated(mutant::lkmm_no_mb)) po.before_mb = po.all();
        if (b == barrier::smp_mb_before_atomic) po.before_atomic = po.all();
        if (b == barrier::smp_mb_after_atomic && !mutated(mutant::lkmm_no_after_atomic))
            po.before_mb |= po.until_rmw;
        if (b == barrier::smp_mb_after_spinlock && !mutated(mutant::lkmm_no_after_spinlock))
            po.before_mb |= po.until_lock;
        if (b == barrier::smp_mb_after_unlock_lock && !mutated(mutant::lkmm_no_after_unlock_lock))
            po.before_mb |= po.handed;
        if (b == barrier::smp_rmb) {
            po.reads_before_rmb = po.R;
            po.before_rmb = po.R | po.W;
        }
        if (b == barrier::smp_wmb) {
            po.before_wmb = po.W;
            po.addr_wmb |= po.addr_plain;
        }
    }

    // po;[UL];(po | rf);[LKR]: what the critical section that begins here comes after.
    template <class G>
    static void take_lock(G& g, event_id e) {
        auto& r = g.rows(e);
        const event_id w = g[e].rf;
        const event_id prev = g.po_prev(e);
        r.po.handed = prev == no_event ? set<G>::none() : g.rows(prev).po.handed;
        r.po.handed |= r.po.unlocked;
        if (w == initial_write || !is_UL(g[w].what)) return;
        if (const event_id before = g.po_prev(w); before != no_event)
            r.po.handed |= g.rows(before).po.all();
    }

    template <class G>
    static auto& scratch() {
        static thread_local lkmm_scratch<G> s;
        return s;
    }

    template <class G>
    static bool consistent(const G& g) {
        auto& s = scratch<G>();
        if (!ordered(g, s)) return false;
        const lkmm_plain<G> plain(g);
        if (!plain.any()) return true;
        plain.close(s);
        return plain.coherent(s);
    }

    // The axioms on marked accesses. Leaves hb+ and pb+ in `s`, and what they are made of.
    template <class G>
    static bool ordered(const G& g, lkmm_scratch<G>& s) {
        const calculus<G> on(g);
        on.communication(s.rfe, s.fre, s.coe, s.co);
        const set<G> marked = marked_of(g);
        const auto among_marked = [&](event_id e, const set<G>& before) {
            return marked.test(e) ? before & marked : set<G>::none();
        };
        on.rows(s.rfe, [&](event_id e) { return among_marked(e, s.rfe.row[e]); });
        on.rows(s.overwrite,
                [&](event_id e) { return among_marked(e, s.coe.row[e] | s.fre.row[e]); });
        on.rows(s.mb, [&](event_id e) { return among_marked(e, g.rows(e).mb); });
        cumul_fence(g, on, s, among_marked);
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
            set<G> before = among_marked(e, g.rows(e).ppo) | s.rfe.row[e];
            if (mutated(mutant::lkmm_no_prop_int)) return before;
            before |= s.prop.row[e] & g.events_of(g[e].thread);
            before.reset(e);
            return before;
        });
        on.close(s.hb);
        if (!on.irreflexive(s.hb) && !mutated(mutant::lkmm_no_hb)) return false;
        on.sequence(s.other, s.prop, s.mb);
        on.optional(s.xbstar, s.hb);
        on.sequence(s.pb, s.other, s.xbstar);
        on.close(s.pb);
        return on.irreflexive(s.pb) || mutated(mutant::lkmm_no_pb);
    }

    // cumul-fence*, on marked accesses.
    template <class G, class F>
    static void cumul_fence(const G& g, const calculus<G>& on, lkmm_scratch<G>& s,
                            const F& among_marked) {
        on.rows(s.base,
                [&](event_id e) { return among_marked(e, g.rows(e).mb | g.rows(e).po_rel); });
        on.rows(s.cumul, [&](event_id e) { return s.base.row[e]; });
        if (!mutated(mutant::lkmm_no_a_cumul)) {
            on.sequence(s.other, s.rfe, s.base);
            on.add(s.cumul, s.other);
        }
        on.rows(s.base,
                [&](event_id e) { return among_marked(e, g.rows(e).wmb | g.rows(e).lock); });
        on.add(s.cumul, s.base);
        on.rows(s.other,
                [&](event_id e) { return among_marked(e, lkmm_rmw_sequence(g, e, s.cumul)); });
        on.close(s.other);
        on.rows(s.cumul,
                [&](event_id e) { return among_marked(e, s.other.row[e] | set<G>::of(e)); });
    }
};

}  // namespace ringsim::sim::graph
