// An execution graph in a form that is compared: events by thread and place, reads-from and
// coherence by the same names. Two graphs are the same if their texts are the same.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::tests {

namespace graph = sim::graph;

// A thread and a place in it, from 0.
using event_name = std::pair<unsigned, unsigned>;

struct plain_event {
    graph::event_kind kind = graph::event_kind::fence;
    graph::mode how = graph::mode::relaxed;
    graph::location_id location = 0;
    std::uint64_t value = 0;
    bool rmw = false;      // half of a read-modify-write
    bool blocked = false;  // the thread waits here
    graph::barrier fence = graph::barrier::none;
    bool implied = false;                  // a fence that the mapping put beside an access
    std::optional<event_name> reads_from;  // of a read; nothing is the initial value
};

struct plain_execution {
    std::vector<std::vector<plain_event>> threads;
    std::vector<std::vector<event_name>> coherence;  // of each location, oldest first
    graph::hang how = graph::hang::none;
};

std::string to_text(const plain_execution& e);

// Without the fences that mappings put beside accesses: models may keep those in what is behind
// them (memory_model::folded_barriers), and the accesses tell them.
plain_execution without_implied(plain_execution e);

// `thread_count` and `location_count` as in the program: a thread may have no events.
plain_execution plain(const graph::recorded_execution& e, unsigned thread_count,
                      unsigned location_count);

}  // namespace ringsim::tests
