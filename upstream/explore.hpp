// One scenario on the kernel's and libbpf's own code under one model.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/check/order_at.hpp"
#include "sim/graph/mapping.hpp"
#include "upstream/program.hpp"

namespace ringsim::upstream_code {

struct task {
    const scenarios::scenario* what = nullptr;  // nullptr: the program's own main()
    sim::graph::model_id model = sim::graph::model_id::sc;
    bool edge = false;  // as if libbpf's file asked for EPOLLET
    unsigned bits = 64;
    std::uint64_t executions_max = UINT64_MAX;
    double seconds_max = 1e18;
    std::uint64_t replay = 0;  // an execution to keep, from 1; 0: the smallest that violates
    std::vector<sim::check::order_at_call> orders;  // in place of those in the files
    bool lists_accesses = false;                    // fills result::accesses
    bool only_verdict = false;                      // ends at the first violation, and tells none
    std::string save;   // a file for the execution that is told; empty: it is not saved
    std::string title;  // of it, and the command that shows it again, without --replay
    std::string command;
};

using sim::check::ordered_access;

// Which of the two sides a line of source belongs to.
enum class side : std::uint8_t { kernel, libbpf, own };

struct step {
    std::string thread;
    side of = side::own;
    unsigned line = 0;
    std::string file;  // its name without directories
    std::string text;  // of the line
    std::string does;
    std::string remark;
};

enum class answer : std::uint8_t {
    holds,
    violated,
    needs_dependency,  // violated, but not if every access depends on the reads before it
    inconclusive,
    refused,
};
std::string_view name(answer a);

struct end {
    std::uint64_t executions = 0;
    bool violating = false;
};

struct result {
    answer verdict = answer::inconclusive;
    std::string violation;  // its kind, if there is one
    std::string what;       // one clause
    bool lacks = false;     // the scenario something that is not in these files, and `what` is that
    bool edge = false;      // how the set was triggered
    std::uint64_t executions = 0;
    std::uint64_t ended_early = 0;
    std::uint64_t violating = 0;
    std::uint64_t given_up = 0;
    std::map<std::string, end> ends;                 // by outcome_text()
    std::map<std::string, std::uint64_t> cut_short;  // by what was found
    std::vector<std::string> never;  // conditions of the scenario that no execution reached
    std::vector<ordered_access> accesses;
    std::set<unsigned> orders_used;  // of task::orders, by `nth`
    std::uint64_t found_in = 0;      // the execution that is told, from 1
    std::vector<step> steps;
};

// In this process, whose memory the code under test may overwrite: explorations.hpp begins one for
// it. Throws scenarios::user_error for what the user can mend, and std::runtime_error for a bug.
result explore_here(const sim::check::built_program& program, const sources& from, const task& t);

}  // namespace ringsim::upstream_code
