#include "tests/graph/axioms.hpp"

namespace ringsim::tests {
namespace {

using graph::event_kind;
using graph::mode;

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
    relation fr = seq(inverse(c.rf), c.co) - id(~event_set{0}, n);
    relation com = c.rf | c.co | fr;
    relation rmw = pairs([](auto& a, auto& b) {
        return a.kind == event_kind::read && b.second_half && a.thread == b.thread &&
               a.po + 1 == b.po;
    });

    static bool is_access(const candidate_event& e) {
        return e.kind == event_kind::read || e.kind == event_kind::write;
    }
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

bool coherent_at(const candidate& c, graph::location_id l) {
    const basics b{c};
    const event_set here =
        b.where([&](auto& e) { return basics::is_access(e) && e.location == l; });
    return acyclic((c.po | b.com) & product(here, here, b.n));
}

bool atomic(const candidate& c) {
    const basics b{c};
    return empty(b.rmw & seq(b.fr & b.ext, c.co & b.ext));
}

bool consistent(graph::model_id m, const candidate& c) {
    const basics b{c};
    switch (m) {
        case graph::model_id::sc:
            return consistent_sc(b);
        case graph::model_id::x86_tso:
            return consistent_x86_tso(b);
        default:
            return consistent_rc11(b);
    }
}

relation races(graph::model_id m, const candidate& c) {
    const basics b{c};
    if (m != graph::model_id::rc11) return relation(b.n);
    const relation hb = happens_before(b);
    const relation conflict = b.loc & b.pairs([](auto& x, auto& y) {
        const bool a_write = x.kind == event_kind::write || y.kind == event_kind::write;
        return a_write && (x.how == mode::plain || y.how == mode::plain);
    });
    return conflict - hb - inverse(hb);
}

}  // namespace ringsim::tests
