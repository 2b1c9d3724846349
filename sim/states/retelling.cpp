// From names to numbers: the machine names writes by a counter, an execution by the places of their
// events, from 1. Coherence is not the order in which writes were made: under rc11 a write may be
// placed in front of others, and under x86-TSO it has its place when it leaves the buffer.
#include "sim/states/retelling.hpp"

#include <algorithm>
#include <map>

namespace ringsim::sim::states {
namespace {

// The writes of each location in the order of coherence, by name.
using coherence = std::map<location_id, std::vector<write_name>>;

// Right behind the write that was there; one that is not in the list is the initial one.
void place(coherence& co, location_id l, write_name name, write_name behind) {
    // Each write is placed once, so what is behind it may be looked for by its name.
    auto& order = co[l];
    const auto found = std::ranges::find(order, behind);
    order.insert(found == order.end() ? order.begin() : found + 1, name);
}

// A write gets its place when it is performed, or when it leaves the buffer; `behind` names the one
// before it at that time, and later ones may come between.
coherence coherence_of(const std::vector<happening>& way) {
    coherence co;
    for (const happening& h : way) {
        if (h.left) place(co, h.left->location, h.left->name, h.left->behind);
        if (h.how.writes && h.how.behind) place(co, h.how.location, h.name, *h.how.behind);
    }
    // What is still in a buffer comes last.
    for (const happening& h : way) {
        if (!h.how.writes) continue;
        auto& order = co[h.how.location];
        if (std::ranges::find(order, h.name) == order.end()) order.push_back(h.name);
    }
    return co;
}

// The second half of a read-modify-write, which is an event of its own here: it keeps nothing of
// what says how the first one waits or compares.
label write_half(label l, std::uint64_t written) {
    l.kind = graph::event_kind::write;
    l.value = written;
    if (l.write_how != graph::mode::plain) l.how = l.write_how;
    l.op = graph::rmw_op::none;
    l.await = false;
    l.await_other = false;
    l.expected = 0;
    l.rmw = true;
    return l;
}

}  // namespace

// Step by step. What leaves a buffer is no event of its own: it has given its write its place in
// coherence, and is passed over.
graph::recorded_execution retell(const std::vector<happening>& way) {
    graph::recorded_execution e;
    e.found.reset();
    const coherence co = coherence_of(way);
    // The initial write has the number 0.
    std::map<write_name, unsigned> number{{0, 0}};
    for (const happening& h : way) {
        if (h.left) continue;
        graph::recorded_event ev;
        ev.what = h.what;
        ev.thread = h.thread;
        ev.value = h.what.kind == graph::event_kind::write ? h.how.written : h.how.value;
        ev.blocked = h.blocked;
        // What it read was told before: nobody reads ahead here.
        if (h.how.read) ev.reads_from = number[*h.how.read];
        e.events.push_back(ev);
        // The read has been put down with what it read; the write follows, and has the place in
        // coherence.
        if (h.how.writes && h.what.kind == graph::event_kind::read) {
            ev.what = write_half(h.what, h.how.written);
            ev.value = h.how.written;
            ev.reads_from = 0;
            e.events.push_back(ev);
        }
        if (!h.how.writes) continue;
        number[h.name] = static_cast<unsigned>(e.events.size());
        // By the whole way and not by what there was then: later writes may have come before it.
        const auto& order = co.at(h.how.location);
        e.events.back().co =
            static_cast<unsigned>(std::ranges::find(order, h.name) - order.begin()) + 1;
    }
    return e;
}

}  // namespace ringsim::sim::states
