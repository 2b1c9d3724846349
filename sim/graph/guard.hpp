// Watches over a program under test while it runs: a stack that overflows and a loop that never
// touches shared memory end ringsim with one clear line instead of a crash or a hang.
#pragma once

#include <atomic>
#include <cstdint>

namespace ringsim::sim::graph {

// Processor time that a thread may spend between two accesses, in seconds.
inline constexpr int idle_seconds_max = 10;

// Exit statuses of the two ends: wrong input, for the program is the user's, and inconclusive.
inline constexpr int stack_overflow_status = 2;
inline constexpr int endless_loop_status = 3;

// What a guard watches; written by the explorers, read by signal handlers.
struct watched {
    std::atomic<std::uint64_t> steps{0};  // accesses so far, in all
    std::atomic<int> thread{-1};          // the thread that runs; -1 while an explorer works
};
extern watched now_running;

// While the outermost one lives, SIGSEGV and SIGVTALRM are handled; then what was before is put
// back. Not for several threads of this process: signals and timers belong to the process.
class program_guard {
  public:
    program_guard();
    ~program_guard();
    program_guard(const program_guard&) = delete;
    program_guard& operator=(const program_guard&) = delete;
};

}  // namespace ringsim::sim::graph
