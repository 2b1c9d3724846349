// Load buffering with a fault in it, one fault after the other, against the oracle: each has to be
// noticed, and as the mismatch that it makes. Without a fault everything compares.
#define RINGSIM_ENGINE_ANY_MUTANT
#include "sim/graph/models/armv8.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;
using graph::mutant;

constexpr graph::model_id model = graph::model_id::armv8;
constexpr std::uint64_t seeds = 2000;

constexpr tests::fault faults[] = {
    {mutant::none, mismatch::none, "no fault"},
    {mutant::ahead_never, mismatch::missing, "no promise"},
    {mutant::ahead_without_model, mismatch::extra, "no axiom"},
    {mutant::ahead_without_coherence, mismatch::extra, "no coherence"},
    {mutant::ahead_again, mismatch::duplicate, "an execution for each promise"},
    {mutant::ahead_of_promises, mismatch::missing, "promises need nothing"},
    {mutant::ahead_unmoved, mismatch::missing, "events behind a compare-exchange do not move"},
};

// Where the exploration reads ahead most, before those that are generated.
constexpr const char* programs[] = {
    "r0=x [ldr]; y=1 [str] | r0=y [ldr]; x=1 [str]",
    "r0=x [ldr]; y=1 [str] | r0=y [ldr]; z=1 [str] | r0=z [ldr]; x=1 [str]",
    // z is written only where x is promised, and the read of z is before it by that promise alone.
    // In brackets, or clang takes the two pieces for two programs.
    ("{deps} r0=x [ldr]; y=1 [str]; if r0==1: z=1 [str] | r0=y [ldr]; r1=z [ldr]; if r0==1: x=1 "
     "[str]"),
    "r0=cas(x,0,2) rlx; y=1 rlx | r0=cas(y,0,2) rlx; x=1 rlx",
};

int run() {
    return tests::tell_each(faults, model, tests::explore_under<graph::armv8_model>, programs,
                            seeds);
}

}  // namespace

int main() {
    return ringsim::tests::run_told(run);
}
