// From a graph to an execution that can be performed step by step: a recorded execution outlives
// the graph and the search, and is all that traces, pictures and schedules are made of.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// The events of a set by their places in their thread. Dependencies are stated by the reads that
// they come from, all of one thread, so a place says which.
template <class G>
read_set places_of(const G& g, typename G::set events) {
    read_set places;
    for (; events.any(); events.reset(events.first())) places.add(g[events.first()].po);
    return places;
}

// The events of a graph, in an order that the caller sees to, as an execution. Numbers are places
// in that order, from 1, so that a recorded execution can be read without its graph.
template <class G>
std::vector<recorded_event> recorded(const G& g, const std::vector<event_id>& order) {
    std::vector<unsigned> number(G::capacity, 0);
    for (unsigned i = 0; i < order.size(); ++i) number[order[i]] = i + 1;
    std::vector<recorded_event> events;
    events.reserve(order.size());
    for (const event_id e : order) {
        const event& ev = g[e];
        recorded_event r{ev.what, ev.value, ev.thread, 0, 0, ev.blocked};
        if (ev.what.kind == event_kind::read && ev.rf < to_come) r.reads_from = number[ev.rf];
        if (ev.what.kind == event_kind::write) r.co = ev.co;
        if constexpr (requires { g.rows(e).stated; }) {
            r.addr = places_of(g, g.rows(e).stated.addr);
            r.data = places_of(g, g.rows(e).stated.data);
            r.ctrl = places_of(g, g.rows(e).stated.ctrl);
        }
        events.push_back(r);
    }
    return events;
}

// The events in the order in which they were added. For graphs that only grew: there, every read
// comes after the write that it reads from. (After a revisit that is not so: see below.)
template <class G>
std::vector<recorded_event> events_as_added(const G& g) {
    std::vector<event_id> order;
    for (unsigned i = 0; i < g.size(); ++i) order.push_back(g.by_stamp(i));
    return recorded(g, order);
}

// Whether the read `r`, whose source is there, is (po | rf)+ before what it reads from. Searched
// for backwards from what it reads from: prefix() does not have the edges of promises.
template <class G>
bool on_cycle(const G& g, event_id r) {
    auto seen = G::set::none();
    for (auto todo = G::set::of(g[r].rf); todo.any();) {
        const event_id e = todo.first();
        todo.reset(e);
        seen.set(e);
        if (const event_id before = g.po_prev(e); before != no_event) todo.set(before);
        if (g[e].what.kind == event_kind::read && g[e].rf < to_come) todo.set(g[e].rf);
        todo -= seen;
    }
    return seen.test(r);
}

// Calls f(e) for the events in an order in which each comes after its po and rf predecessors, as
// far as that is possible: where no thread can go on so, the first whose next read is on a cycle
// reads ahead. Without a read that was to be revisited when the graph was given up: it has no
// source, and is the last of its thread. Threads are gone through in turn, each as far as it gets:
// the order has few switches, but is not the best (linearize.hpp).
template <class G, class F>
void each_in_some_order(const G& g, F&& f) {
    auto done = G::set::none();
    std::array<unsigned, graph_threads_max> next{};
    const auto comes_later = [&](event_id e) { return g[e].rf < to_come && !done.test(g[e].rf); };
    const auto waits = [&](event_id e) {
        return g[e].what.kind == event_kind::read && (g[e].rf == no_event || comes_later(e));
    };
    const auto advance = [&](unsigned t) {
        const event_id e = g.at(t, next[t]++);
        done.set(e);
        f(e);
    };
    for (bool progress = true; progress;) {
        progress = false;
        for (unsigned t = 0; t < g.thread_count(); ++t)
            for (; next[t] < g.count(t) && !waits(g.at(t, next[t])); progress = true) advance(t);
        for (unsigned t = 0; t < g.thread_count() && !progress; ++t) {
            if (next[t] == g.count(t)) continue;
            const event_id e = g.at(t, next[t]);
            if (g[e].rf == no_event || !on_cycle(g, e)) continue;
            advance(t);
            progress = true;
        }
    }
}

template <class G>
std::vector<recorded_event> events_in_some_order(const G& g) {
    std::vector<event_id> order;
    each_in_some_order(g, [&](event_id e) { order.push_back(e); });
    return recorded(g, order);
}

}  // namespace ringsim::sim::graph
