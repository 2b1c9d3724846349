// Armv8: Pulte, Flur, Deacon, French, Sarkar and Sewell, "Simplifying ARM concurrency:
// multicopy-atomic axiomatic and operational models for ARMv8", POPL 2018, as revised in the Arm
// Architecture Reference Manual, B2.3. acyclic(ob) with
//
//   ob  = obs | lob
//   obs = (rfe | fre | coe);sca?
//   lob = lws | dob | aob | bob
//   lws = [M];po-loc;[W];sca?
//   dob = addr | data | ctrl;[W] | addr;[M];po;[W] | (addr | data);[W];rfi;[R]
//       | (ctrl | addr;[M];po);[ISB];po;[R] | pick;[W]
//   aob = rmw | rmw;rfi;[A | Q]
//   pick-lob = pick;lob;[W]
//   bob = [M];po;[dmb.full];po;[M] | [R];po;[dmb.ld];po;[M] | [W];po;[dmb.st];po;[W]
//       | [W];po;[dsb.st];po;[M]
//       | [range([A];amo;[L])];po;[M] | [L];po;[A] | [A | Q];po;[M] | [M];po;[L]
//
// A = LDAR, LDAXR, SWPA (mode seq_cst or acq_rel of a read); Q = LDAPR (mode acquire); L = STLR,
// STLXR, SWPL (mode release of a write). A DSB is a DMB that orders everything behind it. pick:
// what was read decided which value is written, as the condition of a CSEL does, or whether a CAS
// writes; where it picked an address or a branch, that is as good as a branch on it (ctrl). lws,
// rmw and obs together are rfe | fr | co, for graphs that are coherent. sca: the other half of an
// access of two locations at once (LDXP, STXP, CASP), which is asked for at the end. A load of a
// read-modify-write that returns nothing is not ordered by DMB LD.
#pragma once

#include <string_view>

#include "sim/graph/models/local_order.hpp"

namespace ringsim::sim::graph {

// Classes of the earlier events of a thread, as the rules name them; `[X];po;[F]` is what is before
// the newest fence of that kind. Sets that only grow along a thread, but for the fences', which a
// new fence makes anew.
template <class Set>
struct armv8_classes {
    Set R{}, W{};
    Set AQ{};  // A | Q
    Set L{};
    Set amo{};   // range([A];amo;[L])
    Set full{};  // [M];po;[dmb.full]
    Set ld{};    // [R];po;[dmb.ld]
    Set st{};    // [W];po;[dmb.st]
    Set ctrl{};
    Set addr{};    // addr;[M]
    Set isb{};     // (ctrl | addr;[M];po);[ISB]
    Set picked{};  // pick;lob, to whatever comes later; see armv8_model::begin()
};

struct armv8_rules {
    template <class Set>
    using classes = armv8_classes<Set>;

    // A: LDAR, whose mode is seq_cst; Q: LDAPR, whose mode is acquire; L: STLR.
    static bool is_A(const label& l) {
        return l.kind == event_kind::read && (l.how == mode::seq_cst || l.how == mode::acq_rel);
    }
    static bool is_AQ(const label& l) { return l.kind == event_kind::read && is_acquire(l.how); }
    static bool is_L(const label& l) { return l.kind == event_kind::write && is_release(l.how); }

    // lob, as far as it is known before the event has a source.
    template <class G>
    static typename G::set before(const G& g, event_id e,
                                  const armv8_classes<typename G::set>& po) {
        const label& l = g[e].what;
        auto lob = G::set::none();
        if (!is_access(l)) return lob;
        const auto& on = g.rows(e).stated;
        if (!mutated(mutant::armv8_no_dmb_full)) lob |= po.full;
        if (!mutated(mutant::armv8_no_dmb_ld)) lob |= po.ld;
        if (!mutated(mutant::armv8_no_amo)) lob |= po.amo;
        if (!mutated(mutant::armv8_no_acquire)) lob |= po.AQ;
        if (!mutated(mutant::armv8_no_addr)) lob |= on.addr;
        if (l.kind == event_kind::read) {
            if (is_A(l) && !mutated(mutant::armv8_no_release_acquire)) lob |= po.L;
            if (!mutated(mutant::armv8_no_isb)) lob |= po.isb;
        } else {
            if (is_L(l) && !mutated(mutant::armv8_no_release)) lob |= po.R | po.W;
            if (!mutated(mutant::armv8_no_dmb_st)) lob |= po.st;
            if (!mutated(mutant::armv8_no_data)) lob |= on.data;
            if (!mutated(mutant::armv8_no_pick)) lob |= on.pick;
            if (!mutated(mutant::armv8_no_ctrl)) lob |= on.ctrl | po.ctrl;
            if (!mutated(mutant::armv8_no_addr_po)) lob |= po.addr;
        }
        return lob;
    }

    // [dependency];rfi, and rmw;rfi into an acquire: what reading from an own write adds.
    template <class G>
    static typename G::set before_read(const G& g, event_id e, event_id w) {
        auto lob = G::set::none();
        if (w == initial_write || g[w].thread != g[e].thread) return lob;
        const auto& on = g.rows(w).stated;
        // What LDXR has read is in the data of its STXR too; who depends on what is read here
        // depends on that by through(), and nothing else tells the two apart.
        if (!mutated(mutant::armv8_no_dependency_rfi)) lob |= on.addr | on.data;
        const event_id half = g.read_half(w);
        if (half != no_event && is_AQ(g[e].what) && !mutated(mutant::armv8_no_rmw_rfi))
            lob.set(half);
        return lob;
    }

    // The class that `e` is of, for what comes behind it in the thread. A fence keeps what it
    // orders as it is now: later accesses are not before it.
    template <class G>
    static void enter(const G& g, event_id e, armv8_classes<typename G::set>& po) {
        const label& l = g[e].what;
        po.ctrl |= g.rows(e).stated.ctrl;
        if (l.kind == event_kind::read) {
            po.R.set(e);
            if (is_AQ(l)) po.AQ.set(e);
        } else if (l.kind == event_kind::write) {
            po.W.set(e);
            if (is_L(l)) po.L.set(e);
            if (l.rmw && !l.exclusive && is_L(l) && is_A(g[g.po_prev(e)].what)) po.amo.set(e);
        } else if (l.kind == event_kind::fence) {
            if (l.fence == barrier::dmb_ish) po.full = po.R | po.W;
            if (l.fence == barrier::dsb_ishst && !mutated(mutant::armv8_no_dsb_st)) po.full |= po.W;
            if (l.fence == barrier::dmb_ishld) po.ld = returning(g, po.R);
            if (l.fence == barrier::dmb_ishst) po.st = po.W;
            if (l.fence == barrier::isb) {
                po.isb = po.ctrl;
                if (!mutated(mutant::armv8_no_addr_isb)) po.isb |= po.addr;
            }
        }
        if (is_access(l)) po.addr |= g.rows(e).stated.addr;
    }

    // What the read half makes of the write half `w`: the value is computed of what was read; or
    // that decides whether it is written. A CAS that fails may write back what it read, which is a
    // difference with 0: no atomic of Arm subtracts, and a pair that does is exclusive.
    template <class G>
    static bool computes(const G& g, event_id w) {
        const label& read = g[g.po_prev(w)].what;
        return read.op != rmw_op::exchange && read.op != rmw_op::compare_exchange &&
               !compares(read);
    }
    static bool compares(const label& read) {
        if (read.exclusive) return false;
        return read.op == rmw_op::compare_exchange || (read.op == rmw_op::sub && read.value == 0);
    }

    // STADD and the like, which return nothing, are no loads for DMB LD.
    template <class G>
    static typename G::set returning(const G& g, typename G::set reads) {
        if (mutated(mutant::armv8_ld_without_return)) return reads;
        reads.each([&](event_id r) {
            if (g[r].what.no_return) reads.reset(r);
        });
        return reads;
    }
};

// What a load that reads its own thread's write back comes from through that write: what the value
// was computed of, and what picked it or let it be written.
template <class Set>
struct through_memory {
    Set data{};
    Set pick{};
    Set all() const { return data | pick; }
};

struct armv8_model : local_order_model<armv8_rules> {
    static constexpr std::string_view name = "armv8";
    // empty (rmw & (fr;co)) \ (fri;[W];coi)
    static constexpr bool own_write_frees_pair = true;

    // As for every such model, with the dependencies that go through memory. All loads before `e`
    // have their source by now.
    //
    // pick;lob;[W]: from a load that read back what was picked, lob goes on by its being an
    // acquire, by DMB LD (of an atomic that returns nothing), or by rmw; by all other clauses the
    // write comes after the picking load anyway.
    template <class G>
    static void begin(G& g, event_id e, const stated_dependencies<typename G::set>& stated) {
        if (mutated(mutant::armv8_no_dependency_rfi)) return local_order_model::begin(g, e, stated);
        local_order_model::begin(g, e, with_memory(g, stated));
        const event_id prev = g.po_prev(e);
        if (prev == no_event || mutated(mutant::armv8_no_pick_lob)) return;
        auto& rows = g.rows(e);
        const label& l = g[e].what;
        if (armv8_rules::is_AQ(g[prev].what)) rows.po.picked |= through(g, prev).all();
        if (l.kind == event_kind::fence && l.fence == barrier::dmb_ishld)
            armv8_rules::returning(g, rows.po.R).each([&](event_id r) {
                rows.po.picked |= through(g, r).all();
            });
        if (l.kind != event_kind::write) return;
        rows.local |= rows.po.picked;
        if (l.rmw) rows.local |= through(g, prev).all();
    }

    // Whoever comes before one half of an access of two locations, by what threads observe of one
    // another, comes before the other. An event that the search has not got yet may be such a half,
    // so it is looked at when all are there; what it forbids then, no later event would have
    // allowed.
    template <class G>
    static bool accesses_of_two_hold(const G& g) {
        bool any = false;
        g.live().each([&](event_id e) { any = any || is_one_with_last(g[e].what); });
        return !any || acyclic(g, [&](event_id e) { return before_both(g, e); });
    }

  private:
    // What is before `e`, or before the other half of its access.
    template <class G>
    static typename G::set before_both(const G& g, event_id e) {
        auto before = kept_before(g, e);
        const event_id other = other_half(g, e);
        if (other == no_event) return before | observed_before(g, e);
        // A CASP has both reads before both writes: the write between its reads is before neither.
        if (g[e].what.kind == event_kind::read)
            for (unsigned i = g[other].po + 1u; i < g[e].po; ++i)
                before.reset(g.at(g[e].thread, i));
        return before | observed_before(g, e) | observed_before(g, other);
    }
    // The read or the write that is one with `e`, behind it or before it.
    template <class G>
    static event_id other_half(const G& g, event_id e) {
        if (!is_access(g[e].what) || mutated(mutant::armv8_no_sca)) return no_event;
        if (is_one_with_last(g[e].what)) return same_kind_before(g, e);
        for (unsigned i = g[e].po + 1u; i < g.count(g[e].thread); ++i) {
            const event_id later = g.at(g[e].thread, i);
            if (g[later].what.kind != g[e].what.kind) continue;
            return is_one_with_last(g[later].what) ? later : no_event;
        }
        return no_event;
    }
    template <class G>
    static event_id same_kind_before(const G& g, event_id e) {
        const event_kind kind = g[e].what.kind;
        do e = g.po_prev(e);
        while (e != no_event && g[e].what.kind != kind);
        return e;
    }

    // What the value that `r` reads was made of, if its own thread wrote it: the reads that the
    // write depends on, and so on from read to read. Each step leads to an earlier event of the
    // thread; what is behind a compare-exchange only picks the value. In a loop: a thread may add
    // to a word as often as there is room for events, and its stack is small.
    template <class G>
    static through_memory<typename G::set> through(const G& g, event_id r) {
        through_memory<typename G::set> from;
        for (bool computed = true;;) {
            const event_id w = g[r].rf;
            if (w >= to_come || g[w].thread != g[r].thread) return from;
            from.pick |= g.rows(w).stated.pick;
            if (!g[w].what.rmw) return from;
            r = g.po_prev(w);
            if (armv8_rules::computes(g, w)) {
                if (mutated(mutant::armv8_no_computed)) return from;
            } else if (armv8_rules::compares(g[r].what)) {
                computed = false;
            } else {
                return from;
            }
            (computed ? from.data : from.pick).set(r);
        }
    }

    template <class G>
    static stated_dependencies<typename G::set> with_memory(
        const G& g, const stated_dependencies<typename G::set>& stated) {
        auto on = stated;
        stated.addr.each([&](event_id r) {
            const auto from = through(g, r);
            on.addr |= from.data;
            if (!mutated(mutant::armv8_no_pick_ctrl)) on.ctrl |= from.pick;
        });
        stated.data.each([&](event_id r) {
            const auto from = through(g, r);
            on.data |= from.data;
            on.pick |= from.pick;
        });
        stated.pick.each([&](event_id r) { on.pick |= through(g, r).all(); });
        if (!mutated(mutant::armv8_no_pick_ctrl))
            stated.ctrl.each([&](event_id r) { on.ctrl |= through(g, r).all(); });
        return on;
    }
};

}  // namespace ringsim::sim::graph
