// One thread of a test program run alone, with given values for what it reads.
#pragma once

#include <optional>
#include <vector>

#include "tests/graph/axioms.hpp"
#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

struct thread_run {
    std::vector<candidate_event> events;
    bool needs_value = false;  // the last event is a read for which no value was given
    // The value that read must have for the thread to go on, if only one will do.
    std::optional<std::uint64_t> awaited;
    bool failed = false;
};

thread_run run_alone(const test_program& p, unsigned thread, graph::model_id m,
                     const std::vector<std::uint64_t>& values);

}  // namespace ringsim::tests
