// The points of a search where reads may be promised writes: they are kept while executions without
// a cycle in po | rf are visited, and gone to, one after the other, behind all of these.
//
// So what is visited without promises knows nothing of those, and may be shared like any other
// search; and a violation that needs no cycle is met before one that does. A point is kept as the
// ways that lead to it, not as a graph: there may be many.
#pragma once

#include <utility>
#include <vector>

#include "sim/graph/part.hpp"

namespace ringsim::sim::graph {

class promise_points {
  public:
    void clear() { met_.clear(); }
    // The read `r` may be promised the write `a`, to which `ways` lead.
    template <class G>
    void add(const G& g, way_list ways, event_id a, event_id r, const fingerprint& name) {
        met_.push_back({std::move(ways), place_of(g, a), place_of(g, r), name});
    }
    // In the order of the search.
    const std::vector<promise_point>& all() const { return met_; }
    std::vector<promise_point> take() { return std::exchange(met_, {}); }

    // The search goes to this point, which stays until it has arrived.
    void seek(const promise_point& p) { sought_ = &p; }
    bool seeks() const { return sought_ != nullptr; }
    // Whether it has arrived: the new write `a` is that of the point, and its reader is there.
    template <class G>
    bool is_here(const G& g, event_id a) const {
        if (!seeks()) return false;
        const promise_point::place& r = sought_->reader;
        return place_of(g, a) == sought_->write && g.count(r.thread) > r.po;
    }
    // There, its reader.
    template <class G>
    event_id arrive(const G& g) {
        const promise_point& p = *std::exchange(sought_, nullptr);
        return g.at(p.reader.thread, p.reader.po);
    }

  private:
    template <class G>
    static promise_point::place place_of(const G& g, event_id e) {
        return {static_cast<std::uint16_t>(g[e].thread), static_cast<std::uint16_t>(g[e].po)};
    }

    std::vector<promise_point> met_;
    const promise_point* sought_ = nullptr;
};

}  // namespace ringsim::sim::graph
