// The models' definitions over complete candidate executions, as their papers write them.
#pragma once

#include <vector>

#include "sim/graph/mapping.hpp"
#include "tests/graph/relation.hpp"

namespace ringsim::tests {

namespace graph = sim::graph;

inline constexpr unsigned no_thread = ~0u;

// An event of a candidate execution. Initial writes are events of their own, before all others.
struct candidate_event {
    graph::event_kind kind = graph::event_kind::fence;
    graph::mode how = graph::mode::relaxed;
    graph::location_id location = 0;
    std::uint64_t value = 0;
    unsigned thread = no_thread;  // of an initial write
    unsigned po = 0;              // place in its thread
    bool rmw = false;             // a locked access: a half of a read-modify-write, done or failed
    bool second_half = false;     // the write of a read-modify-write: its read is right before it
    bool blocked = false;
    bool implied = false;                         // a fence that the mapping put beside an access
    graph::barrier fence = graph::barrier::none;  // which; srcu_read_lock() is a read
    bool exclusive = false;  // a half of a read-modify-write made of two instructions
    int first_half = -1;     // of the second half of a pair with others between: the read's place
    bool computed = false;   // of a second half: its value, of what the first half has read
    bool compared = false;   // of a second half: it is there because of what the first has read
    bool lock = false;       // an access by a lock
    bool one_with_last = false;  // with the event before: one access of two locations
    bool no_return = false;      // of a first half: the program does not get what it has read
    std::uint32_t addr = 0;      // dependencies: places of reads in the thread, a bit each
    std::uint32_t data = 0;
    std::uint32_t ctrl = 0;
    std::uint32_t needs = 0;  // all that it is made of, whether the program states it or not
    unsigned waits_from = 0;  // if blocked: the place of the first read that it depends on
};

struct candidate {
    std::vector<candidate_event> events;
    relation po{0};  // initial writes are before everything
    relation rf{0};
    relation co{0};  // total on each location's writes, initial write first
};

// acyclic(po | rf): the executions that the exploration is about.
bool no_thin_air(const candidate& c);
// acyclic(needs | rf): no value is its own reason.
bool no_self_made_value(const candidate& c);
// acyclic(po-loc | com), for the events of one location. What every model asks for.
bool coherent_at(const candidate& c, graph::location_id l);
// rmw & (fre;coe) is empty. Arm lets pairs alone that have a store of their own thread to the
// location between the halves.
bool atomic(graph::model_id m, const candidate& c);
// The model's own axioms.
bool consistent(graph::model_id m, const candidate& c);
// Pairs of events that race. Empty unless the model knows data races.
relation races(graph::model_id m, const candidate& c);

}  // namespace ringsim::tests
