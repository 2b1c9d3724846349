// The core of a lost wakeup: two threads that write, and then look at what the other one wrote.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "sim/graph/explore.hpp"
#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

// Hears whether r0 of both threads, which is what each of them saw, is 0 in some execution.
struct both_stale final : graph::observer {
    const running_program& program;
    bool seen = false;

    explicit both_stale(const running_program& p) : program(p) {}
    void execution(const std::function<graph::recorded_execution()>&) override {
        if (program.facts(0).registers[0] == 0 && program.facts(1).registers[0] == 0) seen = true;
    }
};

// Whether both looks of the program may be stale.
inline bool may_lose(const std::string& text, graph::model_id m) {
    const test_program p = parse_program(text);
    running_program running(p, m);
    both_stale watcher(running);
    const auto report = graph::explore_exhaustively(m, running, running.locations(), {}, watcher);
    CHECK(report.end == graph::exploration_end::exhausted);
    return watcher.seen;
}
inline bool may_lose(const std::string& one, const std::string& other, graph::model_id m) {
    return may_lose(one + " | " + other, m);
}

}  // namespace ringsim::tests
