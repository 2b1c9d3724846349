// From a graph to an execution that can be performed step by step.
#pragma once

#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// Orders the events of `g` so that each comes after its po and rf predecessors, staying with one
// thread as long as possible.
template <class G>
recorded_execution record_graph(const G& g, std::optional<verdict_of_program> found, bool complete,
                                unsigned found_by) {
    recorded_execution out;
    out.found = std::move(found);
    out.complete = complete;
    out.found_by_thread = found_by;
    std::vector<unsigned> number(G::capacity, 0);
    std::vector<unsigned> next(g.thread_count(), 0);
    bool progress = true;
    while (progress) {
        progress = false;
        for (unsigned t = 0; t < g.thread_count(); ++t)
            while (next[t] < g.count(t)) {
                const event_id e = g.at(t, next[t]);
                const event& ev = g[e];
                const bool reads =
                    ev.what.kind == event_kind::read && ev.rf != initial_write && ev.rf != no_event;
                if (reads && number[ev.rf] == 0) break;
                recorded_event r{ev.what, ev.value, t, 0, 0, ev.blocked};
                if (reads) r.reads_from = number[ev.rf];
                if (ev.what.kind == event_kind::write) r.co = ev.co;
                out.events.push_back(r);
                number[e] = static_cast<unsigned>(out.events.size());
                ++next[t];
                progress = true;
            }
    }
    return out;
}

}  // namespace ringsim::sim::graph
