// Locks that are waited for without an event, against the oracle: every execution, each once. With
// a fault, in which whoever waits gets the lock next whatever was told before, some are missing.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <algorithm>
#include <random>

#include "sim/graph/models/rc11.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;
using graph::mutant;

constexpr graph::model_id model = graph::model_id::rc11;
constexpr std::uint64_t seeds = 12'000;
constexpr std::uint64_t seeds_of_sections = 6'000;

std::uint64_t given_up = 0;
std::uint64_t visited = 0;

graph::exploration_report explore(graph::model_id m, graph::program& p,
                                  const std::vector<graph::location_info>& locations,
                                  const graph::exploration_limits& limits,
                                  graph::observer& watcher) {
    auto report = tests::explore_under<graph::rc11_model>(m, p, locations, limits, watcher);
    // Where a race ends executions, how many have it depends on the order of adding events.
    if (report.ended_early == 0) {
        given_up += report.blocked;
        visited += report.executions;
    }
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

// Threads that take one of two locks, several times: with plain accesses and others under it, and
// between two sections a wait for what another thread tells, as pthread_cond_wait() has.
class sections {
  public:
    explicit sections(std::uint64_t seed) : random_(seed) {}

    std::string make() {
        const unsigned threads = 2 + below(2);
        left_ = threads == 2 ? 9 : 11;
        std::string all;
        for (unsigned t = 0; t < threads; ++t) {
            if (t > 0) all += " | ";
            read_ = 0;
            const unsigned share = left_ / (threads - t);
            all += thread(share);
        }
        return all;
    }

  private:
    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
    bool one_in(unsigned n) { return below(n) == 0; }

    // Of so many instructions at most.
    std::string thread(unsigned instructions) {
        std::string all;
        const auto add = [&](const std::string& i) {
            if (!all.empty()) all += "; ";
            all += i;
            --left_;
            --instructions;
        };
        while (instructions > 0 && (all.empty() || !one_in(5))) {
            if (instructions < 2 || one_in(4)) {
                add(access());
                continue;
            }
            const std::string lock = one_in(4) ? "w" : "l";
            add("lock(" + lock + ")");
            while (instructions > 1 && one_in(2)) add(access());
            add("unlock(" + lock + ")");
        }
        return all;
    }

    std::string access() {
        static constexpr const char* orders_of_load[] = {" rlx", " acq", " pln"};
        static constexpr const char* orders_of_store[] = {" rlx", " rel", " pln"};
        // One location is never plain, so that not every program ends in a race.
        const bool is_x = one_in(2);
        const std::string location = is_x ? "x" : "y";
        const unsigned order = below(is_x ? 2 : 3);
        const std::string value = std::to_string(1 + below(2));
        if (one_in(4)) return "await(" + location + "," + value + ")" + orders_of_load[order % 2];
        if (one_in(2)) return location + "=" + value + orders_of_store[order];
        return "r" + std::to_string(read_++) + "=" + location + orders_of_load[order];
    }

    std::mt19937_64 random_;
    unsigned left_ = 0;  // instructions, of the whole program
    unsigned read_ = 0;  // registers of the thread
};

// The programs above, and so many of sections.
std::vector<const char*> all_programs(std::uint64_t of_sections) {
    static std::vector<std::string> made;
    for (std::uint64_t seed = made.size() + 1; seed <= of_sections; ++seed)
        made.push_back(sections(seed).make());
    std::vector<const char*> all(std::begin(programs), std::end(programs));
    for (const std::string& p : made) all.push_back(p.c_str());
    return all;
}

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
        const mismatch m = tests::first_mismatch(model, explore, all_programs(seeds_of_sections),
                                                 seeds, program, locks);
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
