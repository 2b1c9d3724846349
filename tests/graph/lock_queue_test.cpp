// Locks that are waited for without an event, against the oracle: every execution, each once. With
// a fault, in which whoever waits gets the lock next whatever was told before, some are missing.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <algorithm>
#include <cstdio>
#include <exception>

#include "sim/graph/exhaustive.hpp"
#include "sim/graph/models/rc11.hpp"
#include "tests/graph/comparison.hpp"
#include "tests/graph/generator.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;
using graph::mutant;

constexpr graph::model_id model = graph::model_id::rc11;
constexpr std::uint64_t seeds = 12'000;

std::uint64_t given_up = 0;
std::uint64_t visited = 0;

graph::exploration_report explore(graph::model_id, graph::program& p,
                                  const std::vector<graph::location_info>& locations,
                                  const graph::exploration_limits& limits,
                                  graph::observer& watcher) {
    auto engine =
        std::make_unique<graph::exhaustive<graph::rc11_model, 2>>(p, locations, limits, watcher);
    p.attach(*engine);
    graph::exploration_report report = engine->run();
    given_up += report.blocked;
    visited += report.executions;
    return report;
}

// What is told in between, and to whom: a write that the lock's next owner need not have seen
// revisits a read that was there before.
constexpr const char* programs[] = {
    "r0=y rlx | lock(l); unlock(l) | lock(l); x=1 rlx; unlock(l) | "
    "r0=x rlx; if r0==1: y=1 rlx",
    "lock(l); unlock(l) | lock(l); x=1 pln; unlock(l) | lock(l); r0=x pln; unlock(l)",
    "lock(l); unlock(l) | lock(l); unlock(l) | lock(l); unlock(l) | lock(l); unlock(l)",
    "lock(l); unlock(l); lock(l); unlock(l) | lock(l); unlock(l); lock(l); unlock(l)",
    "lock(l); r0=x rlx; unlock(l) | x=1 rlx; lock(l); y=1 rlx; unlock(l) | r0=y acq; x=2 rlx",
    "lock(l) | lock(l); x=1 rlx; unlock(l) | r0=x rlx",
    "lock(l); await(x,1) acq; unlock(l) | lock(l); unlock(l); x=1 rel",
};

unsigned locking_threads(const tests::test_program& p) {
    return static_cast<unsigned>(std::ranges::count_if(p.threads, [](const auto& thread) {
        return std::ranges::any_of(thread,
                                   [](const auto& i) { return i.what == tests::opcode::lock; });
    }));
}

// The first mismatch, and the program that shows it.
mismatch first_mismatch(std::string& program) {
    const auto differs = [&](const tests::test_program& p) {
        const mismatch found = tests::compare(p, model, explore).found;
        if (found != mismatch::none && found != mismatch::too_large) program = tests::to_text(p);
        return found == mismatch::too_large ? mismatch::none : found;
    };
    for (const char* text : programs)
        if (const mismatch m = differs(tests::parse_program(text)); m != mismatch::none) return m;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const tests::test_program p = tests::generate(seed, model);
        if (locking_threads(p) < 2) continue;
        if (const mismatch m = differs(p); m != mismatch::none) return m;
    }
    return mismatch::none;
}

struct fault {
    mutant what;
    bool in_queue;
    mismatch makes;
    const char* text;
};
constexpr fault faults[] = {
    {mutant::none, false, mismatch::none, "with an event"},
    {mutant::none, true, mismatch::none, "without an event"},
    {mutant::left_behind_at_once, true, mismatch::missing, "whatever was told"},
};

int run() {
    int failed = 0;
    std::printf("1..%zu\n", std::size(faults) + 1);
    unsigned n = 0;
    std::uint64_t given_up_of[std::size(faults)] = {};
    std::uint64_t visited_of[std::size(faults)] = {};
    for (const fault& f : faults) {
        graph::active_mutant = f.what;
        tests::locks_in_queue = f.in_queue;
        given_up = visited = 0;
        std::string program;
        const mismatch m = first_mismatch(program);
        const bool right = m == f.makes;
        failed += !right;
        given_up_of[n] = given_up;
        visited_of[n] = visited;
        std::printf("%s %u %s%s%s\n", right ? "ok" : "not ok", ++n, f.text,
                    program.empty() ? "" : ": ", program.c_str());
    }
    const bool fewer = given_up_of[1] < given_up_of[0] && visited_of[1] == visited_of[0];
    failed += !fewer;
    std::printf("%s %u %llu given up instead of %llu\n", fewer ? "ok" : "not ok", ++n,
                static_cast<unsigned long long>(given_up_of[1]),
                static_cast<unsigned long long>(given_up_of[0]));
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main() {
    try {
        return run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
