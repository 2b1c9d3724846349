#include "tests/graph/axioms.hpp"

namespace ringsim::tests {
namespace {

using graph::event_kind;
using graph::mode;

bool is_access(const candidate_event& e) {
    return e.kind == event_kind::read || e.kind == event_kind::write;
}

relation from_reads(const candidate& c) {
    return seq(inverse(c.rf), c.co) - id(~event_set{0}, c.po.size);
}

// The relations and sets that the definitions start from.
struct basics {
    const candidate& c;
    unsigned n = static_cast<unsigned>(c.events.size());
    event_set reads = where([](auto& e) { return e.kind == event_kind::read; });
    event_set writes = where([](auto& e) { return e.kind == event_kind::write; });
    event_set fences = where([](auto& e) { return e.kind == event_kind::fence; });
    relation loc = pairs(
        [](auto& a, auto& b) { return is_access(a) && is_access(b) && a.location == b.location; });
    relation ext = pairs([](auto& a, auto& b) { return a.thread != b.thread; });
    relation fr = from_reads(c);
    relation com = c.rf | c.co | fr;
    relation rmw = pairs([](auto& a, auto& b) {
        if (a.kind != event_kind::read || a.thread != b.thread) return false;
        return (b.second_half && a.po + 1 == b.po) || b.first_half == static_cast<int>(a.po);
    });

    template <class P>
    event_set where(P&& p) const {
        event_set s = 0;
        for (unsigned i = 0; i < n; ++i)
            if (p(c.events[i])) s |= event_set{1} << i;
        return s;
    }
    template <class P>
    relation pairs(P&& p) const {
        relation r(n);
        for (unsigned i = 0; i < n; ++i)
            for (unsigned j = 0; j < n; ++j)
                if (i != j && p(c.events[i], c.events[j])) r.add(i, j);
        return r;
    }
    relation on(event_set s) const { return id(s, n); }
};

// Lamport; Shasha and Snir: acyclic(po | com).
bool consistent_sc(const basics& b) {
    return acyclic(b.c.po | b.com);
}

// Owens, Sarkar and Sewell; Alglave, Maranget and Tautschnig.
bool consistent_x86_tso(const basics& b) {
    const relation& po = b.c.po;
    const relation locked = b.on(b.where([](auto& e) { return e.rmw; }));
    const relation mfence = b.on(b.fences);
    const relation ppo = po - product(b.writes, b.reads, b.n);
    const relation implied = seq(po, mfence, po) | seq(po, locked) | seq(locked, po);
    const relation rfe = b.c.rf & b.ext;
    return acyclic(ppo | implied | rfe | b.c.co | b.fr);
}

// --- What the models of hardware share -----------------------------------------------------------

struct hardware {
    const basics& b;
    unsigned n = b.n;
    const relation& po = b.c.po;
    event_set reads = b.reads & threads();
    event_set writes = b.writes & threads();
    relation R = b.on(reads), W = b.on(writes), M = b.on(reads | writes);
    relation po_loc = po & b.loc;
    relation rfi = b.c.rf - b.ext, rfe = b.c.rf & b.ext;
    relation addr = stated([](auto& e) { return e.addr; });
    relation data = stated([](auto& e) { return e.data; }) & product(reads, writes, n);
    relation ctrl = stated([](auto& e) { return e.ctrl; });

    event_set threads() const {
        return b.where([](auto& e) { return e.thread != no_thread; });
    }
    template <class F>
    relation stated(F&& places) const {
        return b.pairs([&](auto& x, auto& y) {
            return x.thread != no_thread && x.thread == y.thread && x.po < y.po &&
                   (places(y) >> x.po & 1u) != 0;
        });
    }
    relation fences(graph::barrier f) const {
        return b.on(b.where([&](auto& e) { return e.kind == event_kind::fence && e.fence == f; }));
    }
    // po;[f];po
    relation fenced(graph::barrier f) const { return seq(po, fences(f), po); }
    template <class P>
    relation among(event_set s, P&& p) const {
        return b.on(s & b.where(p));
    }
    relation nothing() const { return relation(n); }
};

// Pulte et al., POPL 2018, as revised in the Arm ARM: lrs and lws instead of rfi and coi.
bool consistent_armv8(const basics& b) {
    using graph::barrier;
    const hardware h{b};
    const relation& po = h.po;
    const relation A =
        h.among(h.reads, [](auto& e) { return e.how == mode::seq_cst || e.how == mode::acq_rel; });
    const relation AQ = h.among(h.reads, [](auto& e) { return graph::is_acquire(e.how); });
    const relation L = h.among(h.writes, [](auto& e) { return graph::is_release(e.how); });
    const relation amo = seq(b.rmw, h.among(h.writes, [](auto& e) { return !e.exclusive; }));
    const relation amo_AL = seq(A, amo, L);
    const relation range = b.on(b.where([](auto&) { return true; })) & seq(inverse(amo_AL), amo_AL);
    // A read after the write of its location before it in the thread, with none between.
    const relation lrs = seq(h.W, h.po_loc, h.R) - seq(h.W, h.po_loc, h.W, h.po_loc);
    const relation isb = seq(h.fences(barrier::isb), po, h.R);
    const relation returning = h.among(h.reads, [](auto& e) { return !e.no_return; });
    // Dependencies through memory: from what a store, or an atomic that computes, has its value of
    // to what reads it back, and so on. What a compare-exchange has read only picks, and what is
    // picked orders writes alone.
    const auto second_halves = [&](auto&& p) { return seq(b.rmw, h.among(h.writes, p)); };
    const relation computed = seq(second_halves([](auto& e) { return e.computed; }), lrs);
    const relation compared = seq(second_halves([](auto& e) { return e.compared; }), lrs);
    const relation stored = seq(h.data | h.addr, h.W, lrs);
    const relation data_chain = star(computed | stored);
    const relation pick_chain = plus(computed | compared | stored);
    const relation addr = seq(data_chain, h.addr);
    const relation data =
        seq(data_chain, h.data) | second_halves([](auto& e) { return e.computed && e.exclusive; });
    const relation ctrl = h.ctrl | seq(pick_chain, h.ctrl);
    const relation pick = seq(pick_chain, h.data) | seq(seq(pick_chain, h.addr), opt(po), h.W);
    const relation dob = addr | data | seq(ctrl, h.W) | seq(addr, h.M, po, h.W) |
                         seq(addr | data, h.W, lrs) | seq(ctrl, isb) |
                         seq(seq(pick_chain, h.addr) | addr, h.M, po, isb) | pick;
    const relation aob = b.rmw | seq(seq(b.rmw, lrs), AQ);
    const relation bob = seq(h.M, h.fenced(barrier::dmb_ish), h.M) |
                         seq(returning, h.fenced(barrier::dmb_ishld), h.M) |
                         seq(h.W, h.fenced(barrier::dmb_ishst), h.W) |
                         seq(h.W, h.fenced(barrier::dsb_ishst), h.M) | seq(range, po, h.M) |
                         seq(L, po, A) | seq(AQ, po, h.M) | seq(h.M, po, L);
    // Single-copy atomicity of accesses of two locations.
    const relation second = b.pairs([](auto& x, auto& y) {
        return y.one_with_last && x.thread == y.thread && x.po + 1 == y.po;
    });
    const relation sca = opt(second | inverse(second));
    const relation lws = seq(seq(h.M, h.po_loc, h.W), sca);
    const relation obs = seq(h.rfe | ((b.c.co | b.fr) & b.ext), sca);
    const relation lob = lws | dob | aob | bob;
    return acyclic(obs | lob | seq(pick_chain, plus(lob), h.W));
}

relation riscv_fences(const hardware& h) {
    relation all = h.nothing();
    const relation* sides[] = {&h.R, &h.W, &h.M};
    for (unsigned from = 0; from < 3; ++from)
        for (unsigned to = 0; to < 3; ++to) {
            const auto f = graph::riscv_fence(from != 1, from != 0, to != 1, to != 0);
            all = all | seq(*sides[from], h.fenced(f), *sides[to]);
        }
    const relation tso = h.fenced(graph::barrier::fence_tso);
    return all | seq(h.W, tso, h.W) | seq(h.R, tso, h.M);
}

// The RISC-V manual's axiomatic model.
bool consistent_riscv(const basics& b) {
    const hardware h{b};
    const relation& po = h.po;
    const event_set accesses = h.reads | h.writes;
    const relation AQ = h.among(accesses, [](auto& e) { return graph::is_acquire(e.how); });
    const relation RL = h.among(accesses, [](auto& e) { return graph::is_release(e.how); });
    const relation AMO_or_X = h.among(accesses, [](auto& e) { return e.rmw || e.exclusive; });
    const relation RCsc = seq(AMO_or_X, AQ | RL);
    const relation po_loc_no_w = h.po_loc - seq(opt(h.po_loc), h.W, h.po_loc);
    const relation rsw = seq(inverse(b.c.rf), b.c.rf);
    const relation dd = h.addr | h.data;
    const relation r1 = seq(h.M, h.po_loc, h.W), r2 = seq(h.R, po_loc_no_w, h.R) - rsw,
                   r3 = seq(AMO_or_X, h.rfi), r4 = riscv_fences(h), r5 = seq(AQ, po, h.M),
                   r6 = seq(h.M, po, RL), r7 = seq(RCsc, po, RCsc), r8 = b.rmw, r9 = h.addr,
                   r10 = h.data, r11 = seq(h.ctrl, h.W), r12 = seq(dd, h.W, h.rfi),
                   r13 = seq(h.addr, h.M, po, h.W);
    const relation ppo = r1 | r2 | r3 | r4 | r5 | r6 | r7 | r8 | r9 | r10 | r11 | r12 | r13;
    // The two halves of an AMO are one event.
    const relation amo = seq(b.rmw, h.among(h.writes, [](auto& e) { return !e.exclusive; }));
    const relation same = opt(amo | inverse(amo));
    return acyclic(seq(same, (b.c.co | h.rfe | b.fr | ppo) - amo, same));
}

// Alglave, Maranget and Tautschnig, TOPLAS 2014; herd's ppc.cat.
relation power_ppo(const basics& b, const hardware& h) {
    using graph::barrier;
    const relation& po = h.po;
    const relation computed = seq(b.rmw, h.among(h.writes, [](auto& e) { return e.computed; }));
    const relation dd = h.addr | h.data | computed;
    const relation fre = b.fr & b.ext, coe = b.c.co & b.ext;
    const relation rdw = h.po_loc & seq(fre, h.rfe), detour = h.po_loc & seq(coe, h.rfe);
    // A branch on the access right before it: on the read, of a read-modify-write.
    const relation last = (po - seq(po, po)) | seq(b.rmw, po - seq(po, po));
    const relation branched = seq(h.R, last, h.fences(barrier::ctrl_isync));
    const relation ctrl = h.ctrl | branched | seq(branched, po);
    const relation isync = h.fences(barrier::isync) | h.fences(barrier::ctrl_isync);
    const relation ii0 = dd | h.rfi | rdw, ci0 = seq(ctrl, isync, po, h.M) | detour,
                   cc0 = dd | seq(h.M, h.po_loc, h.M) | seq(ctrl, h.M) |
                         seq(seq(h.addr, h.M, po), h.M);
    relation ii = ii0, ic = h.nothing(), ci = ci0, cc = cc0;
    for (unsigned round = 0; round < 2 * b.n; ++round) {
        const relation ii1 = ii0 | ci | seq(ic, ci) | seq(ii, ii),
                       ic1 = ii | cc | seq(ic, cc) | seq(ii, ic),
                       ci1 = ci0 | seq(ci, ii) | seq(cc, ci),
                       cc1 = cc0 | ci | seq(ci, ic) | seq(cc, cc);
        ii = ii1;
        ic = ic1;
        ci = ci1;
        cc = cc1;
    }
    return seq(h.R, ii, h.R) | seq(h.R, ic, h.W);
}

bool consistent_power(const basics& b) {
    using graph::barrier;
    const hardware h{b};
    const relation strong = seq(h.M, h.fenced(barrier::sync), h.M);
    const relation lwsync =
        seq(h.M, h.fenced(barrier::lwsync), h.M) - product(h.writes, h.reads, b.n);
    const relation fence = strong | lwsync | seq(h.W, h.fenced(barrier::eieio), h.W);
    const relation hb = power_ppo(b, h) | fence | h.rfe;
    if (!acyclic(hb)) return false;
    const relation fre = b.fr & b.ext, coe = b.c.co & b.ext;
    const relation base = seq(fence | seq(h.rfe, fence), star(hb));
    const relation chapo = h.rfe | fre | coe | seq(fre, h.rfe) | seq(coe, h.rfe);
    const relation prop =
        (base & product(h.writes, h.writes, b.n)) | seq(opt(chapo), star(base), strong, star(hb));
    const relation X = h.among(h.reads | h.writes, [](auto& e) { return e.rmw || e.exclusive; });
    return irreflexive(seq(fre, prop, star(hb))) && acyclic(b.c.co | prop) &&
           acyclic(b.c.co | seq(X, h.po, X));
}

// --- The kernel ----------------------------------------------------------------------------------

// Alglave, Maranget, McKenney, Parri and Stern, ASPLOS 2018, and the kernel's tools/memory-model.
struct kernel {
    const basics& b;
    const hardware h{b};
    unsigned n = b.n;
    const relation& po = h.po;
    const relation& M = h.M;
    event_set all = ~event_set{0};
    static bool is(const candidate_event& e, mode m) {
        return e.how == m || e.how == mode::acq_rel;
    }
    // Initial writes are marked, and before everything; no thread has them.
    relation Marked =
        b.on(b.where([](auto& e) { return e.how != mode::plain || e.thread == no_thread; }));
    relation Plain = h.among(h.reads | h.writes, [](auto& e) { return e.how == mode::plain; });
    relation Acquire = h.among(h.reads, [](auto& e) { return is(e, mode::acquire); });
    relation Release = h.among(h.writes, [](auto& e) { return is(e, mode::release); });
    relation RMW = h.among(h.reads | h.writes, [](auto& e) { return e.rmw && !e.lock; });
    relation full = h.among(h.reads | h.writes, [](auto& e) { return e.how == mode::seq_cst; });
    relation LKR = seq(h.among(h.reads, [](auto& e) { return e.lock; }), Acquire);
    relation LKW = h.among(h.writes, [](auto& e) { return e.lock && e.rmw; });
    relation UL = seq(h.among(h.writes, [](auto& e) { return e.lock && !e.rmw; }), Release);

    // The ends of SRCU's critical sections are accesses, all else of RCU's are fences.
    relation marked_as(graph::barrier f) const {
        return b.on(b.where([&](auto& e) { return e.fence == f; }));
    }
    relation within =
        po & product(h.threads(), h.threads(), n);  // initial writes are no part of it
    relation Rcu_lock = marked_as(graph::barrier::rcu_read_lock);
    relation Rcu_unlock = marked_as(graph::barrier::rcu_read_unlock);
    relation Sync_rcu = marked_as(graph::barrier::synchronize_rcu);
    relation Srcu_lock = marked_as(graph::barrier::srcu_read_lock);
    relation Srcu_unlock = marked_as(graph::barrier::srcu_read_unlock);
    relation Sync_srcu = marked_as(graph::barrier::synchronize_srcu);
    relation not_unlock = id(all, n) - Srcu_unlock;

    relation lock = seq(po, UL, po | b.c.rf, LKR, po);
    relation acq_po = seq(Acquire, po, M), po_rel = seq(M, po, Release);
    relation returning = h.among(all, [](auto& e) { return !e.no_return; });
    relation R4rmb = seq(h.R, returning);
    relation rmb = seq(R4rmb, h.fenced(graph::barrier::smp_rmb), R4rmb);
    relation wmb = seq(h.W, h.fenced(graph::barrier::smp_wmb), h.W);
    relation mb =
        seq(M, h.fenced(graph::barrier::smp_mb), M) | seq(M, po, full, h.R) |
        seq(full, h.W, po, M) |
        seq(M, h.fenced(graph::barrier::smp_mb_before_atomic), RMW, opt(po), M) |
        seq(M, opt(po), RMW, h.fenced(graph::barrier::smp_mb_after_atomic), M) |
        seq(M, opt(po), LKW, h.fenced(graph::barrier::smp_mb_after_spinlock), M) |
        seq(M, lock, h.fences(graph::barrier::smp_mb_after_unlock_lock), po, M) |
        seq(M, opt(po), Srcu_unlock, h.fenced(graph::barrier::smp_mb_after_srcu_read_unlock), M);
    relation strong = mb | seq(within, Sync_rcu | Sync_srcu, opt(within));
    relation nonrw = strong | po_rel | acq_po, fence = nonrw | wmb | rmb;

    // What an addition writes is computed of what it has read.
    relation value = h.data | seq(b.rmw, h.among(h.writes, [](auto& e) { return e.computed; }));
    relation carry = star(seq(value, not_unlock, h.rfi));
    relation addr = seq(carry, h.addr), data = seq(carry, value), ctrl = seq(carry, h.ctrl);
    relation dep = addr | data;
    relation inside =
        b.pairs([](auto& x, auto& y) { return x.thread == y.thread; }) | id(~event_set{0}, n);
    relation overwrite = b.c.co | b.fr;
    relation ppo = seq(addr, h.R) | seq(dep, Marked, h.rfi) | seq(dep | ctrl, h.W) |
                   (overwrite & inside) | seq(addr, Plain, wmb) | ((fence | lock) & inside);

    relation rfe_marked = seq(Marked, h.rfe, Marked);
    relation rmw_sequence = star(seq(b.c.rf, b.rmw));
    relation cumul_fence = seq(Marked, seq(opt(seq(h.rfe, Marked)), strong | po_rel) | wmb | lock,
                               Marked, rmw_sequence);
    relation prop =
        seq(Marked, opt(overwrite& b.ext), star(cumul_fence), Marked, opt(h.rfe), Marked);
    relation hb = seq(Marked, ppo | h.rfe | ((prop - id(~event_set{0}, n)) & inside), Marked);
    relation pb = seq(prop, strong, star(hb), Marked);

    relation rcu_link = seq(opt(within), star(hb), star(pb), prop, within);
    relation srcu_loc = b.pairs([](auto& x, auto& y) {
        const auto has_place = [](auto& e) {
            return is_access(e) || e.fence == graph::barrier::synchronize_srcu;
        };
        return has_place(x) && has_place(y) && x.location == y.location;
    });
    relation rcu_fence = seq(within, rcu_order(), opt(within));
    relation rb = seq(prop, rcu_fence, star(hb), star(pb), Marked);
    relation any_fence = fence | rcu_fence, any_strong = strong | rcu_fence;

    relation xbstar = star(hb | pb | rb);
    relation vis = seq(star(cumul_fence), opt(h.rfe), Marked,
                       seq(any_strong, Marked, xbstar) | (xbstar & inside));
    relation any_rmb = h.fenced(graph::barrier::smp_rmb);
    relation w_pre = seq(Marked, opt(addr | any_fence));
    relation r_pre = seq(Marked, opt(addr | nonrw | seq(R4rmb, any_rmb, returning)));
    relation w_post = seq(opt(any_fence), Marked, rmw_sequence);
    relation r_post = seq(opt(nonrw | seq(returning, any_rmb, R4rmb)), Marked);
    relation ww_vis = any_fence | seq(any_strong, xbstar, w_pre) | seq(w_post, vis, w_pre);
    relation wr_vis = any_fence | seq(any_strong, xbstar, r_pre) | seq(w_post, vis, r_pre);
    relation rw_xbstar = any_fence | seq(r_post, xbstar, w_pre);
    relation conflict = b.ext & b.pairs([](auto& x, auto& y) {
        const auto plain = [](auto& e) { return e.thread != no_thread && e.how == mode::plain; };
        return is_access(x) && is_access(y) && x.thread != no_thread && (plain(x) || plain(y));
    });

    bool consistent() const {
        const relation against =
            (b.c.rf & inverse(rw_xbstar)) | (b.fr & inverse(wr_vis)) | (b.c.co & inverse(ww_vis));
        const bool thin_air = !acyclic(b.c.rf | h.addr | value);
        return acyclic(hb) && acyclic(pb) && irreflexive(rb) && !thin_air &&
               empty(conflict & against);
    }

    // From rcu_read_lock() to the rcu_read_unlock() that it is nested with.
    relation rcu_rscs() const {
        relation matched(n);
        for (;;) {
            const relation locks = Rcu_lock - domain(matched);
            const relation unlocks = Rcu_unlock - domain(inverse(matched));
            const relation unmatched_po = seq(locks | unlocks, within, locks | unlocks);
            const relation more = seq(locks, within, unlocks) - seq(unmatched_po, unmatched_po);
            if (empty(more)) return matched;
            matched = matched | more;
        }
    }
    // [domain(r)]
    relation domain(const relation& r) const {
        event_set s = 0;
        for (unsigned i = 0; i < n; ++i)
            if (r.row[i] != 0) s |= event_set{1} << i;
        return id(s, n);
    }
    relation rcu_order() const {
        const relation carry_srcu = star(seq(h.data, not_unlock, b.c.rf));
        const relation unlock_to_lock = inverse(rcu_rscs());
        const relation srcu_unlock_to_lock =
            inverse(seq(Srcu_lock, carry_srcu, h.data, Srcu_unlock) & srcu_loc);
        relation order = Sync_rcu | Sync_srcu;
        for (;;) {
            const relation link = rcu_link | seq(rcu_link, order, rcu_link);
            const relation next = order | seq(Sync_rcu, link, unlock_to_lock) |
                                  seq(unlock_to_lock, link, Sync_rcu) |
                                  (seq(Sync_srcu, link, srcu_unlock_to_lock) & srcu_loc) |
                                  (seq(srcu_unlock_to_lock, link, Sync_srcu) & srcu_loc) |
                                  seq(order, rcu_link, order);
            if (empty(next - order)) return order;
            order = next;
        }
    }

    relation races() const {
        const event_set marked = b.where([](auto& e) { return e.how != mode::plain; });
        const relation ordered =
            ww_vis & (product(marked, all, n) | rw_xbstar) & (product(all, marked, n) | wr_vis);
        const relation ww = (conflict & b.c.co) - ordered;
        const relation wr = ((conflict & seq(opt(b.c.co), b.c.rf)) - wr_vis) - inverse(rw_xbstar);
        return ww | wr | ((conflict & b.fr) - rw_xbstar);
    }
};

// --- C++ -----------------------------------------------------------------------------------------

// Lahav, Vafeiadis, Kang, Hur and Dreyer, PLDI 2017; rs of C++20.
relation happens_before(const basics& b) {
    const relation& po = b.c.po;
    const relation& rf = b.c.rf;
    const relation F = b.on(b.fences);
    const relation rel = b.on(
        b.where([](auto& e) { return e.kind != event_kind::read && graph::is_release(e.how); }));
    const relation acq = b.on(
        b.where([](auto& e) { return e.kind != event_kind::write && graph::is_acquire(e.how); }));
    const event_set atomic = b.where([](auto& e) { return e.how != mode::plain; });
    const relation rs = seq(b.on(b.writes & atomic), star(seq(rf, b.rmw)));
    const relation sw =
        seq(rel, opt(seq(F, po)), rs, rf, b.on(b.reads & atomic), opt(seq(po, F)), acq);
    return plus(po | sw);
}

bool consistent_rc11(const basics& b) {
    const relation& po = b.c.po;
    const relation hb = happens_before(b);
    const relation eco = plus(b.com);
    if (!irreflexive(hb) || !irreflexive(seq(hb, eco))) return false;
    const event_set sc_events = b.where([](auto& e) { return e.how == mode::seq_cst; });
    const relation SC = b.on(sc_events);
    const relation F_sc = b.on(sc_events & b.fences);
    const relation po_elsewhere = po - b.loc;
    const relation scb = po | seq(po_elsewhere, hb, po_elsewhere) | (hb & b.loc) | b.c.co | b.fr;
    const relation psc_base = seq(SC | seq(F_sc, opt(hb)), scb, SC | seq(opt(hb), F_sc));
    const relation psc_F = seq(F_sc, hb | seq(hb, eco, hb), F_sc);
    return acyclic(psc_base | psc_F);
}

}  // namespace

bool no_thin_air(const candidate& c) {
    return acyclic(c.po | c.rf);
}

bool no_self_made_value(const candidate& c) {
    const basics b{c};
    const relation needs = b.pairs([](auto& x, auto& y) {
        return x.thread != no_thread && x.thread == y.thread && x.po < y.po &&
               (y.needs >> x.po & 1u) != 0;
    });
    return acyclic(needs | c.rf);
}

bool coherent_at(const candidate& c, graph::location_id l) {
    // Asked of each order of each location's writes, most of which end here: `basics` has too much.
    event_set here = 0;
    for (unsigned i = 0; i < c.po.size; ++i)
        if (is_access(c.events[i]) && c.events[i].location == l) here |= event_set{1} << i;
    return acyclic((c.po | c.rf | c.co | from_reads(c)) & product(here, here, c.po.size));
}

bool atomic(graph::model_id m, const candidate& c) {
    const basics b{c};
    if (m == graph::model_id::armv8 || m == graph::model_id::armv8_rcpc)
        return empty((b.rmw & seq(b.fr, c.co)) - seq(b.fr - b.ext, c.co - b.ext));
    return empty(b.rmw & seq(b.fr & b.ext, c.co & b.ext));
}

bool consistent(graph::model_id m, const candidate& c) {
    const basics b{c};
    switch (m) {
        case graph::model_id::sc:
            return consistent_sc(b);
        case graph::model_id::x86_tso:
            return consistent_x86_tso(b);
        case graph::model_id::armv8:
        case graph::model_id::armv8_rcpc:
            return consistent_armv8(b);
        case graph::model_id::riscv:
            return consistent_riscv(b);
        case graph::model_id::power:
            return consistent_power(b);
        case graph::model_id::lkmm:
            return kernel{b}.consistent();
        default:
            return consistent_rc11(b);
    }
}

relation races(graph::model_id m, const candidate& c) {
    const basics b{c};
    if (m == graph::model_id::lkmm) return kernel{b}.races();
    if (m != graph::model_id::rc11) return relation(b.n);
    const relation hb = happens_before(b);
    const relation conflict = b.loc & b.pairs([](auto& x, auto& y) {
        const bool a_write = x.kind == event_kind::write || y.kind == event_kind::write;
        return a_write && (x.how == mode::plain || y.how == mode::plain);
    });
    return conflict - hb - inverse(hb);
}

}  // namespace ringsim::tests
