// Relations over events of a graph as bit matrices, with the operators that papers write models in.
// A row holds the events before its event. Only rows of the events in question are looked at, and
// nothing is allocated.
//
// For axioms that cannot be decided by looking at a new event alone (Power, the kernel's). A row
// costs W words, so an operator costs up to (number of events)^2 * W: models look at few events,
// those on a cycle.
#pragma once

#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

// Rows of events that are not in question are stale, and nobody reads them.
template <unsigned W>
struct relation {
    bits<W> row[W * 64];
};

// The operators, for relations among some events of one graph. Neither changes while it lives. An
// operator may write to a matrix that it also reads only where that is said.
template <class G>
class calculus {
  public:
    using set = typename G::set;
    static constexpr unsigned words = G::capacity / 64;
    using matrix = relation<words>;

    calculus(const G& g, const set& events) : g_(g), events_(events) {
        for (location_id l = 0; l < g.location_count(); ++l) writes_ |= g.writes_at(l);
        writes_ &= events;
    }

    const set& events() const { return events_; }
    const set& writes() const { return writes_; }
    bool is_write(event_id e) const { return writes_.test(e); }

    // Fills a relation: predecessors(e) is the set of events before `e`, of which those in question
    // are kept.
    template <class F>
    void rows(matrix& r, F&& predecessors) const {
        events_.each([&](event_id e) { r.row[e] = predecessors(e) & events_; });
    }
    // r | s, in r
    void add(matrix& r, const matrix& s) const {
        events_.each([&](event_id e) { r.row[e] |= s.row[e]; });
    }
    // a;b: e comes after x if some m is behind x in a and before e in b. `out` is neither of them.
    void sequence(matrix& out, const matrix& a, const matrix& b) const {
        events_.each([&](event_id e) {
            set before = set::none();
            b.row[e].each([&](event_id m) { before |= a.row[m]; });
            out.row[e] = before;
        });
    }
    // r+, in place, by Warshall's algorithm: whoever comes after k comes after all that is before
    // k.
    void close(matrix& r) const {
        events_.each([&](event_id k) {
            const set through = r.row[k];
            if (!through.any()) return;
            events_.each([&](event_id e) {
                if (r.row[e].test(k)) r.row[e] |= through;
            });
        });
    }
    // r?, which may be in place
    void optional(matrix& out, const matrix& r) const {
        events_.each([&](event_id e) {
            out.row[e] = r.row[e];
            out.row[e].set(e);
        });
    }
    // Of a closed relation: whether it has no cycle.
    bool irreflexive(const matrix& r) const {
        bool holds = true;
        events_.each([&](event_id e) { holds = holds && !r.row[e].test(e); });
        return holds;
    }

    // rfe, fre, coe and co. A read without a source, which a write is about to revisit, has none.
    // Relations that are not external lie within po, and so in what the models have for a thread.
    void communication(matrix& rfe, matrix& fre, matrix& coe, matrix& co) const {
        events_.each(
            [&](event_id e) { rfe.row[e] = fre.row[e] = coe.row[e] = co.row[e] = set::none(); });
        for (location_id l = 0; l < g_.location_count(); ++l) add_location(l, fre, coe, co);
        events_.each([&](event_id e) {
            if (g_[e].what.kind != event_kind::read) return;
            const event_id w = g_[e].rf;
            if (w >= to_come || g_[w].thread == g_[e].thread) return;
            if (events_.test(w)) rfe.row[e].set(w);
        });
    }

  private:
    // One walk through co of a location: `older` grows with it.
    void add_location(location_id l, matrix& fre, matrix& coe, matrix& co) const {
        set older = set::none();  // writes before `w`
        const set reads = g_.reads_at(l) & events_;
        for (event_id w = g_.co_first(l); w != no_event; w = g_[w].co_next) {
            if (!events_.test(w)) continue;
            const set& mine = g_.events_of(g_[w].thread);
            co.row[w] = older;
            coe.row[w] = older - mine;
            reads.each([&](event_id r) {
                if (g_.overwritten(r, w)) fre.row[w].set(r);
            });
            fre.row[w] -= mine;
            older.set(w);
        }
    }

    const G& g_;
    const set events_;
    set writes_ = set::none();
};

}  // namespace ringsim::sim::graph
