// Explores a program by its states: each that can be reached is visited once, in the order of the
// number of turns that it takes to get there. So a violation is found by a shortest way, and a
// program without end is exhausted if its states are finitely many.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::states {

class checkpointing;

// Whether there is a machine for the model.
bool has_machine(graph::model_id m);

struct exploration_limits {
    std::uint64_t states_max = UINT64_MAX;
    std::uint64_t bytes_max = UINT64_MAX;  // of states and their index
    double seconds_max = 1e18;
    const std::atomic<bool>* interrupted = nullptr;
    bool stop_at_first_violation = true;
    // Of each thread the first that it is identical to, itself if none; empty if no two are. It is
    // only a guess: if they ask for different things they are told apart.
    std::vector<unsigned> same_as;
    // States that are the same turned round, or with identical threads in each other's place, or
    // but for what has grown old, are all visited, and only counted once in `classes`.
    bool tell_all_apart = false;
    // If not 0: looks whether places of threads that summaries say are the same are so, this many
    // accesses ahead.
    unsigned merged_accesses = 0;
    // Of visited states only a hash is kept: then some may be taken for others.
    bool hashed = false;
    // Threads that share the work. What comes of it does not depend on how many they are.
    unsigned jobs = 1;
    // If it may be killed, and gone on with.
    checkpointing* checkpoints = nullptr;
};

// Only `exhausted` says something about all states, and `stopped` about one; after the others it is
// not known what there is beyond.
enum class exploration_end : std::uint8_t {
    exhausted,
    stopped,      // at the first violation
    limit,        // which, is the problem
    interrupted,  // from outside
    too_large,    // a state has no room for something
    program_error,
};

// Counts are the same in each run, however many threads share the work: only a limit of time, or an
// interruption, ends at another state each time.
struct exploration_report {
    exploration_end end = exploration_end::exhausted;
    std::string problem;               // one clause
    std::uint64_t states = 0;          // visited
    std::uint64_t turns = 0;           // ways from one state to the next
    std::uint64_t depth = 0;           // turns to the state that is farthest from the first
    std::uint64_t waiting = 0;         // states whose ways on are not looked at yet
    std::uint64_t ends = 0;            // different ways in which no thread can go on
    std::uint64_t violating = 0;       // of the ends and turns, those that violate
    std::uint64_t bytes = 0;           // memory of the states
    double bytes_a_state = 0;          // as stored, without the index
    double probability_of_a_miss = 0;  // that a state was taken for another one, at most
    std::uint64_t places = 0;          // of the threads, in all
    std::uint64_t merged = 0;          // if looked for: places that are the same as others,
    std::uint64_t merged_wrongly = 0;  // and those that are not
    std::uint64_t identical = 0;       // threads that were interchangeable; 0 if none
    bool rotated = false;              // turned states were taken for one
    std::uint64_t classes = 0;         // of states, if all were told apart
    std::uint64_t begun_again = 0;     // something was found out about the program
    // The program has seq_cst accesses that count as acquire and release. So some ends may be none.
    // What holds does, and what violates was held against the axioms of the model, which allow it;
    // `doubtful`: ends and turns beside it to which the way that was found is forbidden.
    bool weaker_seq_cst = false;
    std::uint64_t doubtful = 0;
    std::optional<graph::recorded_execution> counterexample;
};

class observer {
  public:
    virtual ~observer() = default;
    // The exploration begins, maybe again.
    virtual void begin() {}
    // Now and then.
    virtual void progress(const exploration_report& so_far) { (void)so_far; }
};

// Throws std::invalid_argument if there is no machine for the model.
exploration_report explore(graph::model_id m, graph::program& p,
                           const std::vector<graph::location_info>& locations,
                           const exploration_limits& limits, observer& watcher);

}  // namespace ringsim::sim::states
