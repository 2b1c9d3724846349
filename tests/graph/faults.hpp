// What tests of an engine with a fault in it share: the search under one model, compiled together
// with the test, against the oracle.
#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/graph/exhaustive.hpp"
#include "tests/graph/comparison.hpp"
#include "tests/graph/generator.hpp"

namespace ringsim::tests {

// As explore_exhaustively(), under this model and no other.
template <class Model>
sim::graph::exploration_report explore_under(
    sim::graph::model_id, sim::graph::program& p,
    const std::vector<sim::graph::location_info>& locations,
    const sim::graph::exploration_limits& limits, sim::graph::observer& watcher) {
    auto engine = std::make_unique<sim::graph::exhaustive<Model, 2>>(p, locations, limits, watcher);
    p.attach(*engine);
    return engine->run();
}

// The first mismatch among `programs` and then those of the seeds from 1 to `seeds` that are
// `wanted`; and the program that shows it.
template <class Explore, class Wanted>
mismatch first_mismatch(sim::graph::model_id model, Explore&& explore,
                        std::span<const char* const> programs, std::uint64_t seeds,
                        std::string& program, Wanted&& wanted) {
    const auto differs = [&](const test_program& p) {
        const mismatch found = compare(p, model, explore).found;
        if (found == mismatch::none || found == mismatch::too_large) return mismatch::none;
        program = to_text(p);
        return found;
    };
    for (const char* text : programs)
        if (const mismatch m = differs(parse_program(text)); m != mismatch::none) return m;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const test_program p = generate(seed, model);
        if (!wanted(p)) continue;
        if (const mismatch m = differs(p); m != mismatch::none) return m;
    }
    return mismatch::none;
}

// What the search has to be noticed by when it has the fault. mutant::none: by nothing.
struct fault {
    sim::graph::mutant what;
    mismatch makes;
    const char* text;
};

// A line of TAP for the nth fault. Whether it is as it should be.
inline bool tell(unsigned nth, bool right, const char* fault, const std::string& program) {
    std::printf("%s %u %s%s%s\n", right ? "ok" : "not ok", nth, fault, program.empty() ? "" : ": ",
                program.c_str());
    return right;
}

// The whole of a test that puts one fault after the other into the search. Whether each is noticed
// as it should be, as an exit status.
template <class Explore>
int tell_each(std::span<const fault> faults, sim::graph::model_id model, Explore&& explore,
              std::span<const char* const> programs, std::uint64_t seeds) {
    int failed = 0;
    std::printf("1..%zu\n", faults.size());
    unsigned n = 0;
    for (const fault& f : faults) {
        sim::graph::active_mutant = f.what;
        std::string program;
        const mismatch m = first_mismatch(model, explore, programs, seeds, program,
                                          [](const auto&) { return true; });
        failed += !tell(++n, m == f.makes, f.text, program);
    }
    return failed == 0 ? 0 : 1;
}

// main() of such a test.
inline int run_told(int (*run)()) {
    try {
        return run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}

}  // namespace ringsim::tests
