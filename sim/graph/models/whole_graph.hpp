// What models have in common whose axioms are looked at over the whole graph: before an event is
// added nothing is ruled out but what coherence within its thread does.
#pragma once

#include "sim/graph/coherence.hpp"

namespace ringsim::sim::graph {

struct whole_graph_model {
    static constexpr bool has_dependencies = true;
    template <class G>
    using set = typename G::set;

    template <class G>
    static unsigned floor(const G& g, event_id e) {
        return coherence_floor(g, g[e].what.location, g.events_of(g[e].thread) - set<G>::of(e));
    }
    template <class G>
    static bool may_read(const G&, event_id, event_id) {
        return true;
    }
    template <class G>
    static bool may_write(const G&, event_id, event_id) {
        return true;
    }
    template <class G>
    static event_id race_with(const G&, event_id) {
        return no_event;
    }
    template <class G>
    static bool has_race(const G&) {
        return false;
    }
    template <class G>
    static void add_fence(G&, event_id) {}
};

}  // namespace ringsim::sim::graph
