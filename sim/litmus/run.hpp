// Explores every execution of a litmus test and counts what its condition asks for.
//
// An execution is counted once, as an execution graph, and so is one in herd7: the counts can be
// compared, not only the states.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/graph/program.hpp"
#include "sim/litmus/machine.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// How a test is judged. The model has to be one that judges() tests of its dialect.
struct run_options {
    graph::model_id model = graph::model_id::rc11;
    const graph::mapping* mapping = nullptr;  // of C; nullptr: the default of the model
    unsigned unroll = 0;     // turns of a `while` loop; 0: herd7's 2, and more where that helps
    bool by_states = false;  // by the engine of states, not that of graphs
    std::uint64_t executions_max = 10'000'000;  // or states
    double seconds_max = 600;
    bool want_witness = false;
    const std::atomic<bool>* interrupted = nullptr;
};

// How far the result can be trusted.
enum class reach_of : std::uint8_t {
    everything,  // every execution was visited
    loops_cut,   // so it is not known what more turns of a loop would bring
    limit,       // executions_max or seconds_max
    interrupted,
    too_large,  // an execution has more events than a graph can hold
    // By states: seq_cst accesses counted as acquires and releases. What was not found is not
    // possible; what was found may not be.
    weaker_seq_cst,
};

// What is known after a run. Unless complete() it is about the executions that were visited:
// positive > 0 still says that an outcome is possible, positive == 0 says nothing.
struct result {
    bool by_states = false;
    // Executions: p with the condition's proposition, n without it. By states they are ends, and
    // only whether there is one means something.
    std::uint64_t positive = 0;
    std::uint64_t negative = 0;
    std::map<std::vector<std::int64_t>, std::uint64_t> states;  // final values of the observables
    bool race = false;                                          // an execution has a data race
    // By the names that the kernel's model has for them, which are printed behind `Flag`.
    std::set<std::string> misuse;  // rules of the kernel's model that an execution breaks
    bool loop_cut = false;         // an execution was cut off in a loop; it is not counted
    reach_of reach = reach_of::everything;
    std::string problem;           // for too_large
    std::uint64_t executions = 0;  // that were visited, or states
    double share_done = 0;         // of the search, estimated, 0 to 1
    bool complete() const { return reach == reach_of::everything; }
    unsigned unroll = 0;                               // what was used
    std::optional<graph::recorded_execution> witness;  // of the proposition, or against a forall
    std::vector<std::int64_t> witness_state;

    // Whether the condition is satisfied by what was counted.
    bool holds(quantifier q) const;
    // "Always", "Sometimes" or "Never".
    const char* observation() const;
};

// Throws source_error if the model cannot express an access, or if an execution does what has no
// meaning, such as to access what is no location; or if there is no machine of states for the
// model.
result run(const test& t, const run_options& options);

}  // namespace ringsim::sim::litmus
