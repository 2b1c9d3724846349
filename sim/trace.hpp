// One execution as a list of steps: what every rendering (text, JSON, Graphviz) is a view of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel_model/order.hpp"
#include "kernel_model/site.hpp"
#include "sim/engine.hpp"

namespace ringsim::sim {

enum class step_kind : std::uint8_t {
    load,
    store,
    rmw,  // a read and a write in one step
    fence,
    lock,
    unlock,
    set,     // the edge is set
    take,    // the edge is taken by the sleeper
    asleep,  // waits for an edge that never comes
    stuck,   // waits for a lock or spins for ever
    count_,
};

// A step of a thread. Steps are numbered from 1 in the order of the trace.
struct trace_step {
    std::uint8_t thread = 0;
    step_kind kind = step_kind::load;
    site where = site::count_;
    order how = order::none;
    std::string word;           // location, empty for a fence
    std::uint64_t note = 0;     // the access point's note: a ring position
    std::uint64_t read = 0;     // value read, for load, rmw, take
    std::uint64_t written = 0;  // value written, for store, rmw, set
    // The step whose write it read; 0 is the initial value. A later step if it reads ahead, as part
    // of a cycle in po | rf.
    std::uint32_t reads_from = 0;
    std::uint32_t coherence = 0;  // of a write: its place in the word's modification order, from 1
    std::uint32_t missed = 0;  // a stale read: the newest earlier step that wrote the word; else 0
    std::uint32_t location = 0;  // the same for all steps on one location; 0 if it is not known

    friend bool operator==(const trace_step&, const trace_step&) = default;
};

// A complete, self-contained account of one execution.
struct trace {
    std::vector<std::string> threads;
    std::vector<trace_step> setup;  // ran alone, before the threads
    std::vector<trace_step> steps;
    violation kind = violation::none;
    std::string what;              // one clause
    std::uint32_t at_step = 0;     // the step that found it; 0 if it shows at the end only
    std::uint32_t races_with = 0;  // of a data race: the other step, if it is known
};

}  // namespace ringsim::sim
