// What runs a program under check instead of its main(): threads that are there from the start, and
// a judge of how they end.
#pragma once

#include <optional>

#include "sim/graph/program.hpp"

namespace ringsim::sim::check {

class driver {
  public:
    virtual unsigned threads() const = 0;
    // Runs the thread from its start. Called from the thread; its local objects may be left without
    // being destroyed.
    virtual void run(unsigned thread) = 0;
    virtual std::optional<graph::verdict_of_program> judge(graph::hang how) = 0;
    // The running thread read or wrote this at a shared location.
    virtual void accessed(const void* address, std::uint64_t value, graph::event_kind how) = 0;
    // The program's callback is called, and then hands over the sample: it lies at `data`, and its
    // first word was read. `uniform`: all its words were the same. What the program's callback is
    // to return.
    virtual void sample_begins() = 0;
    virtual int sample(void* context, const void* data, std::size_t bytes, std::uint64_t first,
                       bool uniform) = 0;
    // The program goes to sleep, or wakes up.
    virtual void sleeps(bool asleep) = 0;

  protected:
    ~driver() = default;
};

// Who hears of samples and sleep, before the program is explored as well.
extern driver* listener;

}  // namespace ringsim::sim::check
