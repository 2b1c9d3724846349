// Relations over the events of a graph as bit matrices, with the operators that papers write models
// in. A row holds the events before its event. Only rows of the graph's own events are looked at,
// and nothing is allocated.
#pragma once

#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

template <unsigned W>
struct relation {
    bits<W> row[W * 64];
};

// The operators, for one graph.
template <class G>
class calculus {
  public:
    using set = typename G::set;
    static constexpr unsigned words = G::capacity / 64;
    using matrix = relation<words>;

    explicit calculus(const G& g) : g_(g) {
        for (location_id l = 0; l < g.location_count(); ++l) writes_ |= g.writes_at(l);
    }

    const set& writes() const { return writes_; }
    bool is_write(event_id e) const { return writes_.test(e); }

    template <class F>
    void rows(matrix& r, F&& predecessors) const {
        g_.live().each([&](event_id e) { r.row[e] = predecessors(e); });
    }
    // r | s
    void add(matrix& r, const matrix& s) const {
        g_.live().each([&](event_id e) { r.row[e] |= s.row[e]; });
    }
    // a;b
    void sequence(matrix& out, const matrix& a, const matrix& b) const {
        g_.live().each([&](event_id e) {
            set before = set::none();
            b.row[e].each([&](event_id m) { before |= a.row[m]; });
            out.row[e] = before;
        });
    }
    // r+
    void close(matrix& r) const {
        g_.live().each([&](event_id k) {
            const set through = r.row[k];
            if (!through.any()) return;
            g_.live().each([&](event_id e) {
                if (r.row[e].test(k)) r.row[e] |= through;
            });
        });
    }
    // r?
    void optional(matrix& out, const matrix& r) const {
        g_.live().each([&](event_id e) {
            out.row[e] = r.row[e];
            out.row[e].set(e);
        });
    }
    bool irreflexive(const matrix& r) const {
        bool holds = true;
        g_.live().each([&](event_id e) { holds = holds && !r.row[e].test(e); });
        return holds;
    }

    // rfe, fre, coe and co. A read without a source, which a write is about to revisit, has none.
    void communication(matrix& rfe, matrix& fre, matrix& coe, matrix& co) const {
        g_.live().each(
            [&](event_id e) { rfe.row[e] = fre.row[e] = coe.row[e] = co.row[e] = set::none(); });
        for (location_id l = 0; l < g_.location_count(); ++l) add_location(l, fre, coe, co);
        g_.live().each([&](event_id e) {
            if (g_[e].what.kind != event_kind::read) return;
            const event_id w = g_[e].rf;
            if (w == no_event || w == initial_write || g_[w].thread == g_[e].thread) return;
            rfe.row[e].set(w);
        });
    }

  private:
    void add_location(location_id l, matrix& fre, matrix& coe, matrix& co) const {
        set older = set::none();  // writes before `w`
        for (event_id w = g_.co_first(l); w != no_event; w = g_[w].co_next) {
            const set& mine = g_.events_of(g_[w].thread);
            co.row[w] = older;
            coe.row[w] = older - mine;
            g_.reads_at(l).each([&](event_id r) {
                if (g_.co_index(g_[r].rf) < g_[w].co) fre.row[w].set(r);
            });
            fre.row[w] -= mine;
            older.set(w);
        }
    }

    const G& g_;
    set writes_ = set::none();
};

}  // namespace ringsim::sim::graph
