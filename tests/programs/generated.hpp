// Small random C programs, and all that can come of each under sequential consistency: found by
// trying every order of its steps, with nothing of the engine in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringsim::tests {

// What a step of a thread does, and how the source says it.
enum class step_does : std::uint8_t {
    load,
    store,
    add,
    exchange,
    compare_exchange,
    lock,
    unlock,
    fence
};
enum class said_as : std::uint8_t { atomic, plain, by_memcpy, by_structure, by_assembly };
enum class step_order : std::uint8_t { relaxed, acquire, release, acq_rel, seq_cst };

struct generated_step {
    step_does what = step_does::load;
    said_as how = said_as::atomic;
    step_order order = step_order::seq_cst;
    unsigned variable = 0;
    int value = 0;
    int expected = 0;
    int result = -1;  // the thread's register that is written, if it reads
    // The step is made only if this register, written before, has this value.
    int if_register = -1;
    int if_value = 0;
};

struct generated_program {
    unsigned variables = 0;
    std::vector<std::vector<generated_step>> threads;
    // A register of a thread and a variable at the end: they must not both have these values.
    unsigned asserted_thread = 0;
    int asserted_register = -1;
    int asserted_value = 0;
    unsigned asserted_variable = 0;
    int asserted_end = 0;
};

struct expected_result {
    bool races = false;
    std::uint64_t executions = 0;
    std::uint64_t violating = 0;
};

generated_program generate(std::uint64_t seed);
std::string source_of(const generated_program& p);
expected_result expected_of(const generated_program& p);

}  // namespace ringsim::tests
