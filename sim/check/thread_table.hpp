// Which threads a program starts, what they run and return, and who joins them.
//
// A thread has its number by its creator and by how many that one created before it, so it is the
// same thread in each execution in which it is created at all. What it is to run may differ. Values
// of events are compared and printed, so what threads run and return goes by its number among all
// that was run and returned, and not as a pointer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine.hpp"

namespace ringsim::sim::check {

using thread_function = void* (*)(void*);

struct task {
    thread_function f = nullptr;
    void* argument = nullptr;

    bool operator==(const task&) const = default;
};

class thread_table {
  public:
    void begin_exploration();
    // The thread is as if it had done nothing.
    void thread_begins(unsigned thread) { of_[thread] = {}; }
    // All that the thread has done here, byte by byte: appends it.
    void note_own_state(unsigned thread, std::string& to) const;

    // In this exploration, with main().
    unsigned seen() const { return static_cast<unsigned>(children_.size()) + 1; }
    // By the number of a task, which is the value of the event that starts a thread.
    const task& task_at(std::uint64_t number) const { return tasks_[number - 1]; }

    // The one that `creator` starts next. threads_max: there is no room for it.
    unsigned start_next(unsigned creator);
    bool has_started_any(unsigned thread) const { return of_[thread].created != 0; }
    // Numbers from 1.
    std::uint64_t number_of(task t);
    std::uint64_t number_of_result(void* result);
    void* result(std::uint64_t number) const { return results_[number - 1]; }

    // A thread is joined or detached, once. What one thread does twice it knows by itself; only of
    // what several do an event has to be made.
    enum class claim : std::uint8_t {
        alone,          // nobody else does, in any execution so far
        among_several,  // which of them was the first is to be found by an event
        something_new,  // likewise; that was not known before
        again,          // the same thread did before
    };
    claim claims(unsigned claimant, unsigned thread);
    void detaches(unsigned claimant, unsigned thread) { of_[claimant].detached |= 1u << thread; }
    // Threads that it has joined or detached, as bits.
    std::uint32_t joined_by(unsigned thread) const { return of_[thread].joined; }

    // Threads that it has started, as bits.
    std::uint32_t started_by(unsigned thread) const { return of_[thread].started; }

    // main() has returned, or has called exit().
    void ends_program() { of_[0].ends_program = true; }
    bool program_has_ended() const { return of_[0].ends_program; }
    void finishes(unsigned thread) { of_[thread].finished = true; }
    // Whether main() has ended the program and all but detached threads had finished.
    bool ends_with_detached() const;

  private:
    struct deeds {
        unsigned created = 0;
        std::uint32_t started = 0;
        std::uint32_t joined = 0;  // or detached
        std::uint32_t detached = 0;
        bool finished = false;
        bool ends_program = false;
    };

    std::array<deeds, threads_max> of_;
    std::map<std::pair<unsigned, unsigned>, unsigned> children_;  // (creator, nth) -> thread
    std::vector<task> tasks_;
    std::vector<void*> results_;
    std::array<std::uint8_t, threads_max> claimed_by_{};  // 1 + the first thread that joined it
    std::uint32_t contended_ = 0;                         // threads that several joined
};

}  // namespace ringsim::sim::check
