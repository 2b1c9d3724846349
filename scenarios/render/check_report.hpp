// What `ringsim check` prints of one exploration.
#pragma once

#include <optional>
#include <string>

#include "scenarios/program/settings.hpp"
#include "scenarios/render/program_words.hpp"
#include "scenarios/render/told_execution.hpp"
#include "sim/check/assembly.hpp"
#include "sim/check/runtime.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::render {

// Whether dependencies, which are not seen in compiled code, may forbid what was found.
enum class dependency_answer : std::uint8_t {
    unknown,
    no,   // it is there if every access depends on all reads before
    may,  // it is gone then
};
// Of an exploration under that assumption, which ends with this exit status.
dependency_answer dependencies_by_status(int status);

struct check_result {
    std::string file;
    std::string image;  // path of the program's shared object
    const std::vector<sim::check::unseen_place>& unseen;
    std::string command;  // that explores the same again
    std::string rest;     // what follows its options
    sim::graph::model_id model;
    const sim::graph::mapping& mapping;
    const sim::check::runtime& program;
    const sim::graph::exploration_report& report;
    const std::optional<sim::graph::recorded_execution>& found;
    std::uint64_t found_in = 0;       // the execution, counted from 1
    std::optional<double> seconds{};  // of processor time, if that is to be told
    std::string searched{};           // what was, if not every execution
    bool sample = false;              // a search that has no end of its own
    bool estimated = false;           // nothing was explored
    std::uint64_t loop_bound = 0;
    dependency_answer dependencies = dependency_answer::unknown;

    bool violated() const { return found && found->found; }
};

// An exit status of ringsim.
int exit_status_of(const check_result& r);
void print_check(const check_result& r, const settings& global);

// The execution that was found. What is returned asks `words` for values.
told_execution told(const check_result& r, program_words& words);

}  // namespace ringsim::scenarios::render
