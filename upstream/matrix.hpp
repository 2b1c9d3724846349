// What each line of the files under test that orders memory is needed for.
#pragma once

#include "scenarios/program/settings.hpp"
#include "upstream/ordered_lines.hpp"

namespace ringsim::upstream_code {

// What is looked at, and with what.
struct questioned {
    const sources& from;
    const sim::check::built_program& program;
    std::vector<const scenarios::scenario*> scenarios;
    std::vector<sim::graph::model_id> models;
    task how;  // `what` and `model` are filled in
};

// `ringsim upstream matrix`: one line at a time made one step weaker. Both print what they find and
// give an exit status.
int run_matrix(const scenarios::settings& global, const questioned& q);
// `ringsim upstream weaken`: as many lines at once as can be, each as weak as it can be.
int run_weaken(const scenarios::settings& global, const questioned& q);

}  // namespace ringsim::upstream_code
