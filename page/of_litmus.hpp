// An execution of a litmus test as one to look at.
#pragma once

#include <string>

#include "page/execution.hpp"
#include "sim/graph/program.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::page {

struct litmus_origin {
    std::string file;
    std::string text;     // of the file
    std::string command;  // that shows the execution again
    std::string model;
};

// `final_state`: how it ended, as text.
execution execution_of(const sim::litmus::test& t, const sim::graph::recorded_execution& e,
                       const std::vector<sim::graph::location_info>& locations,
                       const litmus_origin& from, const std::string& final_state);

}  // namespace ringsim::page
