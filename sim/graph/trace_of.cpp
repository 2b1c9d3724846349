// From an execution to what people read. Events have numbers of their own, and so do steps; step_of
// has for each event the step that tells it, 0 for none, which is also the initial value.
#include "sim/graph/trace_of.hpp"

#include <algorithm>
#include <array>

namespace ringsim::sim::graph {
namespace {

// The newest write of the location, among the first `n` events, that is behind `co` in coherence; 0
// if there is none, so that what was read was the newest.
unsigned missed_write(const recorded_execution& e, unsigned n, unsigned co) {
    const recorded_event& r = e.events[n];
    unsigned found = 0;
    unsigned found_co = co;
    for (unsigned i = 0; i < n; ++i) {
        const recorded_event& w = e.events[i];
        // Of its own stores it has seen the newest.
        const bool seen = r.what.mixed && (w.thread == r.thread || !overlap(w.what, r.what));
        if (w.what.kind == event_kind::write && w.what.location == r.what.location &&
            w.co > found_co && !seen) {
            found = i + 1;
            found_co = w.co;
        }
    }
    return found;
}

// The steps of two events, which are named by thread and place: the order of telling may have
// changed since.
std::array<std::uint32_t, 2> steps_of(const std::array<event_place, 2>& places,
                                      const recorded_execution& e,
                                      const std::vector<std::uint32_t>& step_of) {
    std::array<std::uint32_t, 2> steps{};
    std::array<unsigned, graph_threads_max> done{};  // events of each thread
    for (unsigned i = 0; i < e.events.size(); ++i) {
        const unsigned thread = e.events[i].thread;
        for (std::size_t p = 0; p < places.size(); ++p)
            if (places[p].thread == thread && places[p].index == done[thread])
                steps[p] = step_of[i + 1];
        ++done[thread];
    }
    return steps;
}

}  // namespace

// One step for each access that the program asked for: fences of the mapping are left out, and the
// halves of a read-modify-write are one step. References between events become references between
// steps. Everything that a step says is copied: a trace outlives the graph.
trace trace_of(const recorded_execution& e, const std::vector<location_info>& locations) {
    trace out;
    std::vector<std::uint32_t> step_of(e.events.size() + 1, 0);  // by event number
    for (unsigned i = 0; i < e.events.size(); ++i) {
        const recorded_event& ev = e.events[i];
        const label& l = ev.what;
        if (l.implied) continue;
        if (l.rmw) {  // the second half of the step before it in its thread
            // Other threads may be told in between, so the thread's last step is looked for.
            for (unsigned s = static_cast<unsigned>(out.steps.size()); s-- > 0;)
                if (out.steps[s].thread == ev.thread) {
                    out.steps[s].written = part_of(l, ev.value);
                    out.steps[s].coherence = ev.co;
                    step_of[i + 1] = s + 1;
                    break;
                }
            continue;
        }
        trace_step step;
        step.thread = static_cast<std::uint8_t>(ev.thread);
        step.kind = l.shown;
        if (ev.blocked)
            // Who waits for an edge sleeps; who waits for anything else is stuck.
            step.kind = l.shown == step_kind::take ? step_kind::asleep : step_kind::stuck;
        step.where = l.where;
        step.how = l.source;
        step.note = l.note;
        if (l.kind == event_kind::read || l.kind == event_kind::write) {
            step.word = locations[l.location].name;
            step.location = l.location + 1u;
        }
        // What a store overwrites is nobody's concern, even where the mapping exchanges.
        if (l.kind == event_kind::read && l.shown != step_kind::store) {
            step.read = part_of(l, ev.value);
            step.reads_from = ev.reads_from;  // an event, until all steps are there
            const unsigned co = ev.reads_from == 0 ? 0 : e.events[ev.reads_from - 1].co;
            // The step that a reader of the trace would have expected to be read.
            step.missed = step_of[missed_write(e, i, co)];
        }
        if (l.kind == event_kind::choice) step.read = ev.value;
        if (l.kind == event_kind::write) {
            step.written = part_of(l, ev.value);
            step.coherence = ev.co;
        }
        out.steps.push_back(step);
        step_of[i + 1] = static_cast<std::uint32_t>(out.steps.size());
    }
    for (trace_step& s : out.steps) s.reads_from = step_of[s.reads_from];
    if (e.found) {
        out.kind = e.found->kind;
        out.what = e.found->what;
        // A violation that was found in the middle is at the last step.
        if (!e.complete) out.at_step = static_cast<std::uint32_t>(out.steps.size());
        if (e.found->racing) {
            // The trace ends at the later of the two accesses.
            const auto [a, b] = steps_of(*e.found->racing, e, step_of);
            out.races_with = std::min(a, b);
            out.at_step = std::max(a, b);
        }
    }
    return out;
}

}  // namespace ringsim::sim::graph
