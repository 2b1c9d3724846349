// What models have in common whose axioms are looked at over the whole graph: before an event is
// added nothing is ruled out but what coherence within its thread does, and after it the axioms are
// looked at only if it is on a cycle that sequential consistency would forbid.
#pragma once

#include <algorithm>
#include <array>

#include "sim/graph/coherence.hpp"
#include "sim/graph/models/memory_model.hpp"

namespace ringsim::sim::graph {

// Most events close no cycle, and are accepted without looking at any axiom. A model on this frame
// has its axioms in add_read() and add_write(), and must forbid nothing but cycles of po, rf, co
// and fr: what sequential consistency allows, it allows.
struct whole_graph_model : model_defaults {
    static constexpr bool has_dependencies = true;
    template <class G>
    using set = typename G::set;

    template <class G>
    static unsigned floor(const G& g, event_id e) {
        return coherence_floor(g, g[e].what.location, g.events_of(g[e].thread) - set<G>::of(e));
    }
    // Too much is safe: add_read() refuses it later, at the cost of a step in vain. An answer here
    // would cost as much as the axioms do.
    template <class G>
    static bool may_read(const G&, event_id, event_id) {
        return true;
    }
    template <class G>
    static bool may_write(const G&, event_id, event_id) {
        return true;
    }
    template <class G>
    static void add_fence(G&, event_id) {}

  protected:
    // Whether the axioms of Model still hold with `added`, the newest event. Model is a friend of
    // ours: its holds_among(g, events) asks whether they hold in the graph of these events alone.
    template <class Model, class G>
    static bool consistent(const G& g, event_id added) {
        const set<G> cyclic = on_cycles_through(g, added);
        return !cyclic.any() || Model::holds_among(g, cyclic);
    }

  private:
    // The events on cycles of po, rf, co and fr through `e`, which has no successor in po. Without
    // `e` the graph was consistent, and the axioms forbid no other cycles: they hold if and only if
    // they hold among these.
    template <class G>
    static set<G> on_cycles_through(const G& g, event_id e) {
        // An event that reads the newest write, or is it, has no successor at all: no cycle goes
        // through it.
        const event_id as_new = g[e].what.kind == event_kind::read ? g[e].rf : e;
        if (g.co_next(g[e].what.location, as_new) == no_event) return set<G>::none();
        const set<G> before = before_by_any(g, e);
        if (!before.test(e)) return set<G>::none();
        return after_among(g, e, before);
    }

    // `e`, and what of `events` is after it: grown from `e` along po, rf, co and fr until nothing
    // is added.
    template <class G>
    static set<G> after_among(const G& g, event_id e, const set<G>& events) {
        set<G> after = set<G>::none();
        // Of each location, the oldest write that some event of `after` is, or reads from: whatever
        // writes behind that comes after it, by co or by fr.
        std::array<unsigned, locations_max> oldest;
        std::fill_n(oldest.begin(), g.location_count(), ~0u);
        const auto add = [&](event_id x) {
            after.set(x);
            const event& ev = g[x];
            const event_id as_new = ev.what.kind == event_kind::read ? ev.rf : x;
            if (!is_access(ev.what) || as_new == to_come) return;
            unsigned& known = oldest[ev.what.location];
            known = std::min(known, g.co_index(as_new));
        };
        add(e);
        for (bool more = true; more;) {
            more = false;
            (events - after).each([&](event_id x) {
                const event& ev = g[x];
                const bool overwrites =
                    ev.what.kind == event_kind::write && ev.co > oldest[ev.what.location];
                if (!overwrites && !g.prefix(x).intersects(after)) return;
                add(x);
                more = true;
            });
        }
        return after;
    }

    // What comes before `e`, which may be itself. prefix() is closed under po and rf, so that only
    // co and fr are left to follow: from the newest write of each location that is before `e`,
    // since whatever an older one overwrote is before the newer one as well.
    template <class G>
    static set<G> before_by_any(const G& g, event_id e) {
        set<G> before = g.prefix(e), followed = set<G>::none();
        const auto follow = [&](event_id write) {
            const set<G> news = overwritten_by(g, write) - before;
            news.each([&](event_id x) { before |= g.prefix(x) | set<G>::of(x); });
            return news.any();
        };
        bool more = true;
        if (g[e].what.kind == event_kind::write) follow(e);
        while (more) {
            more = false;
            for (location_id l = 0; l < g.location_count(); ++l) {
                event_id w = g.co_last(l);
                if (w == no_event) continue;
                while (w != initial_write && !before.test(w)) w = g[w].co_prev;
                if (w == initial_write || followed.test(w)) continue;
                followed.set(w);
                more |= follow(w);
            }
        }
        return before;
    }

    // The predecessors of a write in co and fr.
    template <class G>
    static set<G> overwritten_by(const G& g, event_id e) {
        set<G> before = set<G>::none();
        if (g[e].what.kind != event_kind::write) return before;
        for (event_id w = g[e].co_prev; w != initial_write; w = g[w].co_prev) before.set(w);
        g.reads_at(g[e].what.location).each([&](event_id r) {
            if (g.overwritten(r, e)) before.set(r);
        });
        return before;
    }
};

}  // namespace ringsim::sim::graph
