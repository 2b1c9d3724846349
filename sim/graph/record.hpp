// From a graph to an execution that can be performed step by step.
#pragma once

#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// Copies events of a graph to an execution, in an order that the caller sees to.
template <class G>
class execution_recorder {
  public:
    explicit execution_recorder(const G& g) : graph_(g), number_(G::capacity, 0) {}

    bool has(event_id e) const { return number_[e] != 0; }
    void add(event_id e) {
        const event& ev = graph_[e];
        recorded_event r{ev.what, ev.value, ev.thread, 0, 0, ev.blocked};
        if (reads_from_write(ev)) r.reads_from = number_[ev.rf];
        if (ev.what.kind == event_kind::write) r.co = ev.co;
        events_.push_back(r);
        number_[e] = static_cast<unsigned>(events_.size());
    }
    static bool reads_from_write(const event& ev) {
        return ev.what.kind == event_kind::read && ev.rf != initial_write && ev.rf != no_event;
    }
    std::vector<recorded_event> take() { return std::move(events_); }

  private:
    const G& graph_;
    std::vector<unsigned> number_;
    std::vector<recorded_event> events_;
};

// The events in the order in which they were added. For graphs that only grew: there, every read
// comes after the write that it reads from.
template <class G>
std::vector<recorded_event> events_as_added(const G& g) {
    execution_recorder recorder(g);
    for (unsigned i = 0; i < g.size(); ++i) recorder.add(g.by_stamp(i));
    return recorder.take();
}

// The events in an order in which each comes after its po and rf predecessors. Without a read that
// was to be revisited when the graph was given up: it has no source, and is the last of its thread.
template <class G>
std::vector<recorded_event> events_in_some_order(const G& g) {
    execution_recorder recorder(g);
    std::vector<unsigned> next(g.thread_count(), 0);
    for (bool progress = true; progress;) {
        progress = false;
        for (unsigned t = 0; t < g.thread_count(); ++t)
            for (; next[t] < g.count(t); ++next[t], progress = true) {
                const event_id e = g.at(t, next[t]);
                if (recorder.reads_from_write(g[e]) && !recorder.has(g[e].rf)) break;
                if (g[e].what.kind == event_kind::read && g[e].rf == no_event) break;
                recorder.add(e);
            }
    }
    return recorder.take();
}

}  // namespace ringsim::sim::graph
