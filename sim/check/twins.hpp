// Threads of a program that do the same, found while it runs: main() starts them one right after
// the other, to run the same function with the same argument, and joins them one right after the
// other, or none of them.
//
// That they are the same to others as well cannot be seen from that; whatever tells one from
// another is looked for in each execution, and ends it for the whole program: what they return, an
// asking for the own number, somebody else who waits for one of them. What they access, the search
// compares (sim/graph/symmetry.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine.hpp"

namespace ringsim::sim::check {

class twins {
  public:
    twins() { before_.fill(none); }

    static constexpr std::uint8_t none = UINT8_MAX;
    // The nearest twin with a smaller number.
    std::uint8_t before(unsigned thread) const { return before_[thread]; }
    bool is_one(unsigned thread) const { return (all_ & (1u << thread)) != 0; }
    void tell_apart();

    // All below say whether something was found out, so that the exploration has to begin again.

    void main_begins();
    // main() starts `thread` behind `events` of its own, for a task of that number.
    bool starts(unsigned thread, std::uint64_t task, std::uint64_t events);
    // It has so many events then.
    void has_started(std::uint64_t events) { start_ends_ = events; }
    // `joiner` is about to wait for the end of `thread`, and has then come to know what it
    // returned.
    bool joins(unsigned joiner, unsigned thread);
    bool returned(unsigned thread, std::uint64_t result);
    // main() does something else, or fails.
    bool goes_on() { return half_joined_ && apart(); }

  private:
    bool apart();
    std::uint32_t class_of(unsigned thread) const;

    std::array<std::uint8_t, threads_max> before_;
    std::uint32_t all_ = 0;  // threads that have a twin
    bool are_apart_ = false;
    // What is known of a class: a result, by its first thread; 0: none was seen.
    std::array<std::uint64_t, threads_max> results_{};
    // Of the run of main() at hand.
    std::vector<std::pair<unsigned, std::uint64_t>> started_;  // one right after the other
    std::uint64_t start_ends_ = 0;
    std::uint32_t joined_ = 0;
    bool half_joined_ = false;
};

}  // namespace ringsim::sim::check
