// What is explored and what came of it, whichever engine did it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/process_ring.hpp"
#include "kernel_model/dependency.hpp"
#include "kernel_model/site_table.hpp"
#include "kernel_model/version.hpp"
#include "scenarios/scenario.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/search.hpp"
#include "sim/trace.hpp"

namespace ringsim::scenarios::worlds {

// What a wakeup is.
enum class wakeup_path : std::uint8_t {
    abstract,  // a pending bit that commit sets and the sleeper takes
    full,      // irq_work, wait queue and eventpoll
};

// Everything about the code under test that a user can change without compiling.
struct variant {
    std::string orders_name = "libbpf";  // as given: a table, then SITE=ORDER changes
    order_table orders = upstream_orders;
    trigger how = trigger::edge;
    // What is not an order: words of `orders_name` too, unless they are as here.
    const kernel::version* release = &kernel::described_version;
    unsigned width = 64;  // bits of a position
    const ringsim::consumer::consumer_info* consumer = &ringsim::consumer::libbpf_consumer::info;
    wakeup_path wakeup = wakeup_path::abstract;
    dependency_set left_out;  // dependencies that the code has and does not state here
    // Somebody asked for this kernel or this wakeup by name: then nothing stands in for it.
    bool release_given = false;
    bool wakeup_given = false;

    bool same_code_as(const variant& v) const {
        return orders == v.orders && how == v.how && release == v.release && width == v.width &&
               consumer == v.consumer && wakeup == v.wakeup && left_out == v.left_out;
    }
};

// The wakeup path of a scenario: the variant's, or the full one if that is what the scenario is
// about.
wakeup_path wakeup_for(const scenario& s, const variant& v);

// The kernel that the scenario runs on: the variant's, or if nobody asked for one and the usual one
// lacks what the scenario needs, the first that has it.
const kernel::version& release_for(const scenario& s, const variant& v);

// Nothing, or why the scenario cannot be run on this variant, as "needs ...": then exploring it is
// a user_error.
std::string why_not(const scenario& s, const variant& v);

enum class verdict : std::uint8_t {
    safe,                // every execution was explored
    violation,           // with a counterexample
    no_violation_found,  // a search that does not cover everything found nothing
    inconclusive,        // a limit was hit first
};

struct exploration {
    verdict result = verdict::inconclusive;
    sim::violation kind = sim::violation::none;
    std::string what;     // the finding, or the limit that was hit, as one clause
    std::string covered;  // what was and was not explored, as one sentence
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;       // graph engine: explorations dropped as blocked
    std::uint64_t inconsistent = 0;  // graph engine: explorations without a consistent way on
    std::uint64_t cut_off = 0;       // graph engine: executions of more steps than the bound
    std::uint64_t violating = 0;     // graph engine: executions with a violation
    std::uint64_t ended_early = 0;   // graph engine: those of them that a violation cut short
    bool finished = false;           // graph engine: nothing within its bounds is left unvisited
    std::string limit;               // graph engine: what ended it before it had finished; else ""
    double estimate = 0;             // graph engine: of the number of executions, if asked for
    double seconds = 0;
    sim::trace counterexample;  // if result is violation
    std::string schedule;       // replays it on the same engine
    std::vector<bool> reached;  // for each sometimes-condition of the scenario
    // Sites that accessed a word which another thread accessed too, at least one of the two writing
    // (setup excluded); fences that were executed. Where it is false, no order at that site was put
    // to the test.
    std::array<bool, site_count> contended{};
    // Sites that a thread came to at all, in any of the executions. Where it is false, the order
    // that a variant has there had no part in the result.
    std::array<bool, site_count> executed{};
    // Dependencies that some access or branch had: under models that know them.
    dependency_set stated;
    // Of a violation under a model that knows dependencies, which compiled code does not show.
    enum class cure : std::uint8_t {
        not_looked_for,
        none,        // no dependency could forbid it
        dependency,  // it is gone if every access depends on all reads before it
    };
    cure by_dependency = cure::not_looked_for;
    // Set if the engine is known to be wrong about this very variant: what it says, what is right,
    // and why. The result is inconclusive then, whatever `kind` it found.
    std::string known_disagreement;
};

// Set by a signal handler: explorers stop at the next execution and report what they know.
extern std::atomic<bool> interrupted;

// --- Relacy ----------------------------------------------------------------------------------

enum class relacy_scheduler : std::uint8_t { random, bound, full };

struct relacy_options {
    relacy_scheduler scheduler = relacy_scheduler::random;
    std::uint64_t iterations = 100'000;  // for random; a ceiling for the others
    std::uint64_t seed = 0;
    unsigned context_bound = 2;  // for bound: preemptions in an execution
    std::string replay;          // a schedule from an earlier finding: run just that execution
};

// False in a build without Relacy; explore_with_relacy() must not be called then.
bool relacy_available();
// The most threads that a scenario may have on Relacy.
inline constexpr unsigned relacy_threads_max = 5;

// Searches until a violation is found, the search is exhausted, or `iterations` are done.
// Throws user_error, with one line that says what is wrong, if `options.replay` is not a
// schedule that Relacy wrote for this scenario and variant.
exploration explore_with_relacy(const scenario& s, const variant& v, const relacy_options& options);

// --- execution graphs ------------------------------------------------------------------------

// Hears how executions end, in whichever process they are visited: each process has one of its own,
// and what one heard is carried over to another.
class end_listener {
  public:
    virtual ~end_listener() = default;
    // The exploration begins, or begins afresh: nothing was heard yet.
    virtual void begin() = 0;
    // An execution has ended, with the violation that it is, or none.
    virtual void execution_ended(const outcome& o, sim::violation found) = 0;
    // Called instead for an execution whose end says nothing: what was found cut it short, or it
    // has a data race, after which the language promises nothing. With the violation, and what it
    // is.
    virtual void execution_cut_short(sim::violation found, const std::string& what) = 0;
    // All that was heard since begin(), for add() in another process.
    virtual std::string bytes() const = 0;
    virtual void add(std::string_view bytes) = 0;
};

// How the graph engine goes through the executions.
enum class graph_search : std::uint8_t {
    all,      // every execution once
    bounded,  // every schedule within the bounds
    random,   // random walks
    pct,      // random priorities, few change points
};
// Whether it never comes to an end by itself.
constexpr bool is_sample(graph_search s) {
    return s == graph_search::random || s == graph_search::pct;
}

struct graph_options {
    sim::graph::model_id model = sim::graph::model_id::rc11;
    const sim::graph::mapping* mapping = nullptr;  // nullptr: the default of the model
    graph_search search = graph_search::all;
    sim::graph::search_bounds bounds;  // for all but `all`
    std::uint64_t seed = 0;            // for random and pct
    unsigned pct_depth = 3;
    std::string replay;  // a schedule from an earlier finding: perform just that execution
    std::uint64_t executions_max = UINT64_MAX;
    double seconds_max = 1e18;
    bool stop_at_first_violation = true;  // else every execution is visited and counted
    bool smallest = true;                 // look for the smallest counterexample, at a cost
    // If not 0: explores nothing; estimates the number of executions from so many random descents
    // (exploration::estimate). Only with graph_search::all.
    std::uint64_t probes = 0;
    // If set: what counts as a violation is an execution that ends so, and nothing else; or one
    // whose end says nothing (end_listener::execution_cut_short()) that is so. Both are set, or
    // none.
    std::function<bool(const outcome&, sim::violation found)> wanted;
    std::function<bool(sim::violation found, const std::string& what)> wanted_cut_short;
    // If set, hears how each execution ends. Not owned.
    end_listener* ends = nullptr;
    // Called now and then with what is known so far and the estimated share that is done, 0 to 1.
    std::function<void(const exploration&, double share_done)> progress;
};

// Throws sim::graph::schedule_error if options.replay is no schedule of this scenario and variant.
exploration explore_with_graph(const scenario& s, const variant& v, const graph_options& options);

}  // namespace ringsim::scenarios::worlds
