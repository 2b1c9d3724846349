// The counts of a report, each named once, for whoever adds reports up or writes them down.
#pragma once

#include <cstdint>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// Calls `f` with the name of each count, and where it is in a report. What is not among them is no
// count: how a search ended, and shares and estimates.
template <class F>
void each_count(const F& f) {
    using report = exploration_report;
    f("executions", &report::executions);
    f("stands for", &report::stands_for);
    f("violating", &report::violating);
    f("ended early", &report::ended_early);
    f("blocked", &report::blocked);
    f("inconsistent", &report::inconsistent);
    f("cut off", &report::cut_off);
    f("in vain", &report::in_vain);
    f("events", &report::events);
}

}  // namespace ringsim::sim::graph
