// Load buffering with a fault in it, one fault after the other, against the oracle: each has to be
// noticed, and as the mismatch that it makes. Without a fault everything compares.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <cstdio>
#include <exception>

#include "sim/graph/exhaustive.hpp"
#include "sim/graph/models/armv8.hpp"
#include "tests/graph/comparison.hpp"
#include "tests/graph/generator.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;
using graph::mutant;

constexpr graph::model_id model = graph::model_id::armv8;
constexpr std::uint64_t seeds = 2000;

struct fault {
    mutant what;
    mismatch makes;
    const char* text;
};
constexpr fault faults[] = {
    {mutant::none, mismatch::none, "no fault"},
    {mutant::ahead_never, mismatch::missing, "no promise"},
    {mutant::ahead_without_model, mismatch::extra, "no axiom"},
    {mutant::ahead_without_coherence, mismatch::extra, "no coherence"},
    {mutant::ahead_again, mismatch::duplicate, "an execution for each promise"},
    {mutant::ahead_unmoved, mismatch::missing, "events behind a compare-exchange do not move"},
};

// Where the exploration reads ahead most, before those that are generated.
constexpr const char* programs[] = {
    "r0=x [ldr]; y=1 [str] | r0=y [ldr]; x=1 [str]",
    "r0=x [ldr]; y=1 [str] | r0=y [ldr]; z=1 [str] | r0=z [ldr]; x=1 [str]",
    "r0=cas(x,0,2) rlx; y=1 rlx | r0=cas(y,0,2) rlx; x=1 rlx",
};

graph::exploration_report explore(graph::model_id, graph::program& p,
                                  const std::vector<graph::location_info>& locations,
                                  const graph::exploration_limits& limits,
                                  graph::observer& watcher) {
    auto engine =
        std::make_unique<graph::exhaustive<graph::armv8_model, 2>>(p, locations, limits, watcher);
    p.attach(*engine);
    return engine->run();
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
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        if (const mismatch m = differs(tests::generate(seed, model)); m != mismatch::none) return m;
    return mismatch::none;
}

int run() {
    int failed = 0;
    std::printf("1..%zu\n", std::size(faults));
    unsigned n = 0;
    for (const fault& f : faults) {
        graph::active_mutant = f.what;
        std::string program;
        const mismatch m = first_mismatch(program);
        const bool right = m == f.makes;
        failed += !right;
        std::printf("%s %u %s%s%s\n", right ? "ok" : "not ok", ++n, f.text,
                    program.empty() ? "" : ": ", program.c_str());
    }
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
