// A model of hardware or of the kernel without one of its clauses, against the oracle: each clause
// in turn. Passes if the comparison finds an execution that the whole model forbids. Built once for
// each model.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <cstdio>
#include <exception>
#include <span>

#include "sim/graph/exhaustive.hpp"
#include "sim/graph/models/armv8.hpp"
#include "sim/graph/models/riscv.hpp"
#include "tests/graph/comparison.hpp"
#include "tests/graph/generator.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;

// Defined by the build: the model, its first clause and its last.
constexpr graph::model_id model = graph::model_id::RINGSIM_MODEL;
using model_type = graph::RINGSIM_MODEL_TYPE;
constexpr auto first = static_cast<unsigned>(graph::mutant::RINGSIM_FIRST);
constexpr auto last = static_cast<unsigned>(graph::mutant::RINGSIM_LAST);

constexpr std::uint64_t seeds = 1000;

// Programs that need the clauses, each at least one of them.
constexpr const char* armv8_programs[] = {
    "x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldar]; r1=x [ldr]",
    "x=1 [str]; y=1 [stlr] | r0=y [ldr]; fence [dmb ishld]; r1=x [ldr]",
    "x=1 [str]; fence [dmb ishst]; y=1 [str] | r0=y [ldapr]; r1=x [ldr]",
    "r0=xchg(x,1) [swpal]; r1=y [ldr] | y=1 [str]; fence [dmb ish]; r0=x [ldr]",
    "x=1 [stlr]; r0=y [ldar] | y=1 [stlr]; r0=x [ldar]",
    "x=1 [str]; fence [dmb ish]; y=1 [str] | r0=xchg(y,2) [swp]; r1=y [ldapr]; r2=x [ldr]",
    "{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; r1=x@r0 [ldr]",
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; x=r0 [str]",
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; if r0==1: x=1 [str]",
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; r1=z@r0 [ldr]; x=1 [str]",
    "{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; z=r0 [str]; r1=z [ldr]; "
    "r2=x@r1 [ldr]",
    "{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; if r0==1: fence [isb]; r1=x [ldr]",
};
constexpr const char* riscv_programs[] = {
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | y=2 [s] | r0=y [l]; r1=y [l]; r2=x@r1 [l]",
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=xchg(y,2) [amo]; r1=y [l]; r2=x@r1 [l]",
    "x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l.aq]; r1=x [l]",
    "x=1 [s]; y=1 [s.rl] | r0=y [l]; fence [fence r,r]; r1=x [l]",
    "r0=xchg(x,1) [amo.rl]; r1=add(y,0) [amo.aq] | r0=xchg(y,1) [amo.rl]; r1=add(x,0) [amo.aq]",
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; r1=x@r0 [l]",
    "{deps} x=2 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; x=r0 [s]",
    "{deps} x=2 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; if r0==1: x=1 [s]",
    "{deps} x=2 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; r1=z@r0 [l]; x=1 [s]",
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; z=r0 [s]; r1=z [l]; r2=x@r1 [l]",
};

std::span<const char* const> programs() {
    switch (model) {
        case graph::model_id::armv8:
            return armv8_programs;
        default:
            return riscv_programs;
    }
}

graph::exploration_report explore(graph::model_id, graph::program& p,
                                  const std::vector<graph::location_info>& locations,
                                  const graph::exploration_limits& limits,
                                  graph::observer& watcher) {
    auto engine = std::make_unique<graph::exhaustive<model_type, 2>>(p, locations, limits, watcher);
    p.attach(*engine);
    return engine->run();
}

bool compares(const tests::test_program& p, unsigned clause, bool& extra) {
    const tests::comparison c = tests::compare(p, model, explore);
    if (c.found == mismatch::too_large || c.found == mismatch::none) return true;
    extra = c.found == mismatch::extra;
    std::printf("%s clause %u: %s\n", extra ? "ok" : "not ok, another mismatch,",
                clause - first + 1, tests::to_text(p).c_str());
    return false;
}

// Whether a comparison notices that the clause is missing.
bool noticed(unsigned clause) {
    bool extra = false;
    for (const char* text : programs())
        if (!compares(tests::parse_program(text), clause, extra)) return extra;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        if (!compares(tests::generate(seed, model), clause, extra)) return extra;
    std::printf("not ok: clause %u is not missed by %lu programs\n", clause - first + 1,
                static_cast<unsigned long>(seeds));
    return false;
}

}  // namespace

int main() {
    try {
        bool all = true;
        for (unsigned clause = first; clause <= last; ++clause) {
            graph::active_mutant = static_cast<graph::mutant>(clause);
            all = noticed(clause) && all;
        }
        return all ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
