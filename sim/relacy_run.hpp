// Runs a program on Relacy: which executions, how they end, and how one of them is run again.
//
// Nothing of Relacy shows here; the program's words come from sim/relacy_engine.hpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/engine.hpp"

namespace ringsim::sim {

class relacy_engine;

// What Relacy calls, on its fibers. An execution is start(), all the threads, finish(); an
// execution in which something was found ends where it was found.
class relacy_program {
  public:
    virtual ~relacy_program() = default;
    virtual unsigned thread_count() const = 0;
    virtual void start() = 0;  // makes the words, and runs what comes before the threads
    virtual void thread(unsigned index) = 0;
    virtual void
    finish() = 0;  // all threads are done: look at the outcome, then let go of the words
};

enum class relacy_search : std::uint8_t { random, bound, full };

struct relacy_limits {
    relacy_search search = relacy_search::random;
    std::uint64_t executions_max = 100'000;
    std::uint64_t first = 1;     // random: the number of the first execution, which seeds it
    unsigned context_bound = 2;  // bound: preemptions in an execution
    const std::atomic<bool>* stop = nullptr;
};

enum class relacy_stop : std::uint8_t {
    exhausted,    // bound, full: there is no other execution
    ceiling,      // executions_max
    interrupted,  // `stop` was set
    found,        // `kind` and `what` say what
    diverged,     // a replay whose choices do not fit the program
};

struct relacy_result {
    relacy_stop how = relacy_stop::ceiling;
    violation kind = violation::none;
    std::string what;
    std::uint64_t executions = 0;
    std::string state;  // of the execution in which something was found: replays it
};

// Searches until something is found. One run at a time in a process: Relacy has global state.
relacy_result run_on_relacy(relacy_engine& engine, relacy_program& program,
                            const relacy_limits& limits);

// Runs the one execution that `state` names under the same search.
relacy_result replay_on_relacy(relacy_engine& engine, relacy_program& program,
                               const relacy_limits& limits, std::string_view state);

// True if `state` has the form that such a search writes.
bool is_relacy_state(relacy_search search, std::string_view state);

}  // namespace ringsim::sim
