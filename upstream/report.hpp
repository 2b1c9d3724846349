// What `ringsim upstream` prints.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scenarios/render/text.hpp"
#include "upstream/explore.hpp"

namespace ringsim::upstream_code {

// One scenario under some models.
struct scenario_results {
    const scenarios::scenario* what = nullptr;
    std::vector<std::pair<sim::graph::model_id, result>> by_model;
};

// A program with a main() of its own under some models.
struct program_results {
    std::vector<std::string> files;
    std::vector<std::pair<sim::graph::model_id, result>> by_model;
};

// Throws scenarios::user_error if execution `wanted` was asked for, and there is none.
void check_replayed(const result& r, sim::graph::model_id m, std::uint64_t wanted);

// Whether the file of --save was written, for whoever asked for it.
void tell_saved(const result& r, const std::string& file, const scenarios::settings& global);

// The exit status of the command. What only a dependency can forbid is no violation that is known.
int status_of(const result& r);
// Of two statuses the one that says more: a violation is one whatever else was not to be explored.
int worse_of(int a, int b);

// "linux 6.12.117   libbpf 1.5", or the files if there is no version.
std::string text_of(const sources& from);
// The line of source in the column of its side, and below it what happens there.
void print_steps(scenarios::render::text_page& page, const sources& from, const result& r);
// A line for each model, then one execution: of the first model that has one to tell.
void print(scenarios::render::text_page& page, const sources& from, const scenario_results& r,
           bool with_steps);
nlohmann::ordered_json to_json(const sources& from, const scenario_results& r);
void print(scenarios::render::text_page& page, const program_results& r, bool with_steps);
nlohmann::ordered_json to_json(const program_results& r);

}  // namespace ringsim::upstream_code
