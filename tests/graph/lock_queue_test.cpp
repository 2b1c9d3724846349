// Locks that are waited for without an event, against the oracle: every execution, each once. With
// a fault, in which whoever waits gets the lock next whatever was told before, some are missing.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <algorithm>

#include "sim/graph/models/rc11.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;
using graph::mutant;

constexpr graph::model_id model = graph::model_id::rc11;
constexpr std::uint64_t seeds = 12'000;

std::uint64_t given_up = 0;
std::uint64_t visited = 0;

graph::exploration_report explore(graph::model_id m, graph::program& p,
                                  const std::vector<graph::location_info>& locations,
                                  const graph::exploration_limits& limits,
                                  graph::observer& watcher) {
    auto report = tests::explore_under<graph::rc11_model>(m, p, locations, limits, watcher);
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
    // What the owner reads in between is written later.
    "{x=2} lock(l); r0=cas(z,1,1) ar; unlock(l) | lock(l); r0=z acq; unlock(l) | "
    "lock(l); y=2 rel; unlock(l) | z=2 rel; fence sc; r0=xchg(x,1) ar",
};

// Whether two threads may want a lock.
bool locks(const tests::test_program& p) {
    return std::ranges::count_if(p.threads, [](const auto& thread) {
               return std::ranges::any_of(
                   thread, [](const auto& i) { return i.what == tests::opcode::lock; });
           }) >= 2;
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
        const mismatch m = tests::first_mismatch(model, explore, programs, seeds, program, locks);
        given_up_of[n] = given_up;
        visited_of[n] = visited;
        failed += !tests::tell(++n, m == f.makes, f.text, program);
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
    return ringsim::tests::run_told(run);
}
