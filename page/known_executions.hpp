// Every execution of a small program, kept for the stepper: which reads may read ahead, and how to
// go on from a point at which something was read ahead, so that it is written in the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/graph/ahead_policy.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::page {

class known_executions {
  public:
    // Who visits every execution of the program.
    using exploring = std::function<sim::graph::exploration_report(
        const sim::graph::exploration_limits&, sim::graph::observer&)>;

    // Nothing if there are too many of them.
    static std::optional<known_executions> of(const exploring& explore);

    // Of each read that is (po | rf)+ before the write that it reads from in some execution.
    const sim::graph::read_ahead_hints& hints() const { return hints_; }
    std::size_t size() const { return executions_.size(); }

    // One access that is a turn of its thread.
    struct step {
        std::uint8_t thread = 0;
        bool reads = false;
        bool writes = false;
        std::uint16_t location = 0;
        std::uint32_t source = 0;  // of a read: the step that it reads from, from 1; 0: none
        std::uint32_t co = 0;      // of a write
    };
    using steps = std::vector<step>;
    const steps& operator[](std::size_t i) const { return executions_[i]; }

  private:
    class collector;

    std::vector<steps> executions_;
    sim::graph::read_ahead_hints hints_;
};

// Goes through one of them from wherever its threads are.
class guide {
  public:
    explicit guide(const known_executions::steps& along) : along_(&along) {}
    void reset() { made_.clear(); }
    // A turn of the thread has begun, on the way or before it.
    void turn(unsigned thread);
    // The thread whose step comes next, of a set; 32 if no step of them is left.
    unsigned next(std::uint32_t enabled) const;
    // Of the turn that has begun: what its read is to read.
    enum class kind : std::uint8_t { unknown, newest, older, ahead };
    kind read() const;

  private:
    std::size_t made(unsigned thread) const { return thread < made_.size() ? made_[thread] : 0; }
    // Whether the step of this number, from 1, has been made, before the turn under way.
    bool done(std::uint32_t number) const;

    const known_executions::steps* along_;
    std::vector<std::size_t> made_;  // turns of each thread
    unsigned now_ = 0;               // the thread of the turn under way
};

}  // namespace ringsim::page
