// An engine with a fault in it (sim/graph/mutant.hpp) against the oracle. Passes if the comparison
// reports just the kind of mismatch that the fault makes; a crash is no such report. Built once for
// each fault, and once for none, which must compare.
#include <cstdio>

#include "sim/graph/models/armv8.hpp"
#include "sim/graph/models/power.hpp"
#include "sim/graph/models/rc11.hpp"
#include "sim/graph/models/riscv.hpp"
#include "sim/graph/models/sc.hpp"
#include "sim/graph/models/x86_tso.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;

// Defined by the build: the one model that this program is compiled with, what is to be found.
constexpr graph::model_id model = graph::model_id::RINGSIM_MUTANT_MODEL;
using model_type = graph::RINGSIM_MUTANT_MODEL_TYPE;
constexpr mismatch expected = mismatch::RINGSIM_MUTANT_MISMATCH;

// The seeds of the ordinary comparison: what it must notice.
constexpr std::uint64_t seeds = 400;

constexpr auto explore = tests::explore_under<model_type>;

int run() {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const tests::test_program p = tests::generate(seed, model);
        const tests::comparison c = tests::compare(p, model, explore);
        if (c.found == mismatch::too_large || c.found == mismatch::none) continue;
        const bool killed = c.found == expected;
        std::printf("%s seed %lu, %s\n", killed ? "killed by" : "not the expected mismatch:",
                    static_cast<unsigned long>(seed), tests::explain(p, model, explore).c_str());
        return killed ? 0 : 1;
    }
    std::printf("%s: %lu programs compare\n", expected == mismatch::none ? "right" : "not killed",
                static_cast<unsigned long>(seeds));
    return expected == mismatch::none ? 0 : 1;
}

}  // namespace

int main() {
    return ringsim::tests::run_told(run);
}
