// Who comes to the barriers of a program, found out while it is explored (meeting.cpp).
//
// Whichever thread comes last to a barrier, all of them go on alike: the orders in which they come
// need not be told apart, as long as no more threads come to it than it lets go. What is known of
// that is true of all executions so far; what was not known before is `something_new`, and begins
// the exploration again.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <map>

#include "sim/check/found_out.hpp"
#include "sim/engine.hpp"

// Where a call returns to whose result the program does not look at: set by the program in front of
// the call, see sim/check/unheeded.hpp.
extern "C" const void* ringsim_unheeded;

namespace ringsim::sim::check {

// Of one barrier.
struct meeting {
    unsigned size = 0;         // how many it lets go at once
    std::uint32_t comers = 0;  // threads that came to it, in any execution
    unsigned rounds = 0;       // the most that one of them came
    bool heeded = false;       // some thread looks at whether it is told to have been the last
    bool by_count = false;     // each order of arrival is an execution

    unsigned came() const { return static_cast<unsigned>(std::popcount(comers)); }
    // Of the threads that come, one waits for the others and lets them go.
    unsigned leader() const { return static_cast<unsigned>(std::countr_zero(comers)); }
    bool operator==(const meeting&) const = default;

    // The place of a thread among those that come, from 0.
    unsigned place_of(unsigned thread) const {
        return static_cast<unsigned>(std::popcount(comers & ((1u << thread) - 1)));
    }
};

class meetings {
  public:
    enum class answer : std::uint8_t { by_count, at_once, something_new };

    void begin_exploration() { used_ = false; }
    void thread_begins(unsigned thread) { rounds_of_[thread].clear(); }
    // A thread comes to a barrier of `n` threads, and looks at what it is told there (`heeds`).
    answer comes(const void* barrier, unsigned n, unsigned thread, bool heeds);
    const meeting& at(const void* barrier) const { return of_.at(barrier); }
    // How often the thread came to it before; counts this time.
    unsigned next_round(const void* barrier, unsigned thread) {
        found_out(used_);
        return rounds_of_[thread][barrier]++;
    }
    // Whether orders of arrival were left out in this exploration.
    bool used() const { return used_; }

  private:
    std::map<const void*, meeting> of_;
    std::array<std::map<const void*, unsigned>, threads_max> rounds_of_;
    unsigned words_ = 0;  // that all of them need
    bool used_ = false;
};

}  // namespace ringsim::sim::check
