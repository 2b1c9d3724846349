// What the explorers run, and what they tell about it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine.hpp"
#include "sim/graph/dependencies.hpp"
#include "sim/graph/graph.hpp"
#include "sim/graph/mapping.hpp"

namespace ringsim::sim::graph {

// An event of an execution, by its thread and its place there, from 0.
struct event_place {
    unsigned thread;
    unsigned index;
};

// What is wrong with an execution, by the program's own judgement or by the model's.
struct verdict_of_program {
    violation kind;
    std::string what;
    std::optional<std::array<event_place, 2>> racing{};  // of a data race: the two accesses
};

// Why an execution ends although threads have not: nothing to come will let them go on.
enum class hang : std::uint8_t {
    none,
    waits,  // a thread waits for a lock or an edge
    spins,  // a thread runs in a loop that finds nothing to do
};

class executor;

// A program under test. Its threads reach shared memory only through the executor they run on, and
// keep the rest of their state where it starts afresh when run_thread() starts afresh. Explorers
// run a thread again and again from its start, and rely on it to do the same as long as it reads
// the same values: whatever else decides what it does (time, addresses, random numbers) makes it
// nondeterministic, which ends the exploration as a program_error.
class program {
  public:
    virtual ~program() = default;
    // The same at every call; at most threads_max.
    virtual unsigned thread_count() const = 0;
    // Of threads that do the same (the same code, with nothing that tells one from another, begun
    // and waited for in the same way): the one before `thread`, or no_thread. Whoever judges an
    // execution must not tell them apart.
    virtual unsigned twin_before(unsigned thread) const { return (void)thread, no_thread; }
    // Whether location `a` is to thread `of` what `b` is to its twin, each a place of its own that
    // none but them and whoever begins and awaits them accesses.
    virtual bool is_the_same_to_twins(location_id a, unsigned of, location_id b,
                                      unsigned twin) const {
        return (void)of, (void)twin, a == b;
    }
    // A value there: twins that have the same one by this have the same.
    virtual std::uint64_t value_to_twins(location_id l, std::uint64_t value) const {
        return (void)l, value;
    }
    // Before any thread runs: where accesses go from now on.
    virtual void attach(executor& e) = 0;
    // The body of a thread, on a fiber of its own. It may be abandoned in the middle of any step():
    // its stack is thrown away then, and destructors of what is on it do not run.
    virtual void run_thread(unsigned thread) = 0;
    // Whether an execution with a data race is an execution like any other, and race_found() is
    // called before it is judged. Otherwise a race ends it, as a violation.
    virtual bool goes_on_after_races() const { return false; }
    virtual void race_found() {}
    // An execution that is to be judged breaks a rule for the use of its primitives, by the name
    // that its model has for the rule.
    virtual void misused(std::string_view rule) { (void)rule; }
    // Whether a data race by the orders that the source states is a violation even under a model of
    // a machine, which knows none: what the language leaves undefined.
    virtual bool races_by_source() const { return false; }
    // The order in the source of an access that read `value`: a compare-exchange that fails has
    // another one.
    virtual order source_order(const label& l, std::uint64_t value) const {
        return (void)value, l.source;
    }
    // Whether a thread may come to a write in another way than it came to it before, with other
    // accesses in between, and nothing that it states has the read that made the difference before
    // the write. So it is where a control dependency ends with its `if`. Compiled code is taken for
    // what machines make of it: all that is behind a branch stays behind it.
    virtual bool ways_may_differ() const { return false; }
    // The reads of the thread that made such a difference, in any run so far.
    virtual read_set steering(unsigned thread) const { return (void)thread, read_set{}; }
    // Whether the threads have pairs that are exclusive (label::exclusive), whose halves may be two
    // events.
    virtual bool has_pairs() const { return false; }
    // Called before thread `thread` runs, from its start or from where it was.
    virtual void will_run(unsigned thread) { (void)thread; }
    // Whether judge(how) looks at what the threads left behind, which then all run to their ends
    // first.
    virtual bool judges_by_state(hang how) const { return (void)how, true; }
    // Whether all that a thread does is told by the values that its accesses return, and all that
    // judge() looks at of the thread is in state_of(). Its body need not be run again then where it
    // has been.
    virtual bool told_by_values() const { return false; }
    // What the thread left behind, in memory that judge() looks at; bytes that may be copied.
    virtual std::span<std::byte> state_of(unsigned thread) {
        return (void)thread, std::span<std::byte>{};
    }
    // Judges an execution in which no thread can go on.
    virtual std::optional<verdict_of_program> judge(hang how) = 0;
};

// Where the accesses of a program go. Called from the program's threads.
class executor {
  public:
    virtual ~executor() = default;
    // Performs one event and returns the value read, if it reads.
    std::uint64_t step(const label& l) { return step(l, independent); }
    // The same with what the access depends on, by places of reads in the thread. Does not return
    // in this execution if the access blocks or the execution is given up.
    virtual std::uint64_t step(const label& l, const dependencies& on) = 0;
    // The place of the running thread's last read in its program order, to state dependencies on it
    // later.
    virtual unsigned last_read() const = 0;
    // All that comes later in the running thread depends on a branch on these reads.
    virtual void branch_on(const read_set& reads) = 0;
    // Marks the start of a loop iteration, and says that the iteration found nothing to do.
    virtual std::uint64_t spin_mark() = 0;
    virtual void spin(std::uint64_t mark) = 0;
    // Does not return in this execution. `what` outlives the program's stack.
    virtual void fail(violation kind, std::string_view what) = 0;
    // The thread that is running.
    virtual unsigned thread() const = 0;
    // The newest value of a location, when no thread can go on.
    virtual std::uint64_t newest(location_id l) const = 0;

    // --- for programs that find out what they are while they run; explorers have them -----------
    // One more location. Throws std::length_error beyond locations_max.
    virtual location_id declare(const location_info& what) { return (void)what, location_id{}; }
    // The running thread's next event, if the graph has it already.
    virtual const event* recorded_next() const { return nullptr; }
    // Blocks the running thread until a location that it read since its event `mark` has another
    // value.
    virtual void wait_for_news(std::uint64_t mark, news what) { (void)what, spin(mark); }
    // What wrote the value that the running thread read last, or that its last write overwrote in
    // co; nullptr for the initial value.
    virtual const label* behind_last() const { return nullptr; }
    // Whether the last write of the running thread has a place in co before another one.
    virtual bool has_newer() const { return false; }
    // How many events of the running thread are behind it.
    virtual std::uint64_t position() const { return 0; }
    // Ends the exploration, which is to begin again with what the program knows now. Does not
    // return.
    virtual void abandon() {}
    // Whether the running thread may be started over on the way, to find out what it would be with
    // another history: the next three are for that.
    virtual bool can_run_again() const { return false; }
    // An event of the running thread that the graph has, by its place.
    virtual const event* recorded(std::uint64_t place) const { return (void)place, nullptr; }
    // The running thread is asked next for its event at this place.
    virtual void go_to(std::uint64_t place) { (void)place; }
    // Begins the running thread again, at once. Does not return.
    virtual void run_again() {}
    // Whether the search is only on its way to the part that it is to go through (part.hpp): it has
    // been here before, in this process or in another one.
    virtual bool is_on_the_way() const { return false; }
};

// One event of a finished execution, numbered as in a trace: from 1; 0 is the initial write.
struct recorded_event {
    label what;
    // Read or written; of a choice, the way that it went.
    std::uint64_t value = 0;
    unsigned thread = 0;
    unsigned reads_from = 0;
    unsigned co = 0;  // place of a write in its location's modification order, from 1
    bool blocked = false;
    // What it depends on, as stated, if the model knows of it: places of reads in its thread, where
    // each event of the thread counts.
    read_set addr{};
    read_set data{};
    read_set ctrl{};
};

// A finished execution, in an order in which it can be performed: each event after those of its
// thread before it and, for a read, after the write that it reads from.
struct recorded_execution {
    std::vector<recorded_event> events;
    std::optional<verdict_of_program> found;
    unsigned found_by_thread = 0;  // if the program found it in the middle; else 0
    bool complete = true;          // false: it ended in the middle, where the violation was found
};

// How far an exploration goes. Limits are looked at between executions, never in the middle of one.
struct exploration_limits {
    std::uint64_t executions_max = UINT64_MAX;
    double seconds_max = 1e18;
    const std::atomic<bool>* interrupted = nullptr;
    bool stop_at_first_violation = false;
    // If not 0: instead of exploring, so many random descents, for report.estimate.
    std::uint64_t probes = 0;
    // Every access depends on every earlier read of its thread: the strongest that dependencies can
    // make a model. Of a violation that is still there, no dependency is the cure.
    bool assume_dependencies = false;
    // Of executions that differ only in which of some threads that do the same does what
    // (program::twin_before()), one is visited.
    bool symmetry = false;
};

enum class exploration_end : std::uint8_t {
    exhausted,      // every execution was visited
    stopped,        // at the first violation, as asked
    limit,          // executions_max or seconds_max
    interrupted,    // from outside
    too_large,      // an execution has more than events_max events
    abandoned,      // by the program
    told_apart,     // threads that were to be symmetric are not; begin again without
    program_error,  // the program behaves differently when its execution is repeated
};

// Every execution is visited at most once, so the counts are exact, the same in each run and
// however many processes share the work, unless a limit ended it.
struct exploration_report {
    exploration_end end = exploration_end::exhausted;
    std::string problem;             // for too_large and program_error, one clause
    std::uint64_t executions = 0;    // complete, each one once
    std::uint64_t stands_for = 0;    // what they are with all orders of symmetric threads
    std::uint64_t violating = 0;     // executions, complete or not, in which something was wrong
    std::uint64_t ended_early = 0;   // of the violating ones, not complete: a race, an assertion
    std::uint64_t blocked = 0;       // given up: a thread waits for a write that is there
    std::uint64_t inconsistent = 0;  // given up: no consistent way to go on
    std::uint64_t cut_off = 0;       // had more steps than the bound
    // Given up: reads ahead that came to nothing, or to an execution that was there already.
    std::uint64_t in_vain = 0;
    std::uint64_t events = 0;  // added, in all
    double share_done = 0;     // estimated share of the search that is behind us, 0 to 1
    double estimate = 0;       // of the number of executions, if limits.probes is not 0
};

// Called for each execution that ends, from inside the exploration.
class observer {
  public:
    virtual ~observer() = default;
    // The exploration begins. It begins again, with nothing found yet, if graphs outgrow their
    // size.
    virtual void begin() {}
    // An execution without violation. `record` makes a copy of it, at a cost.
    virtual void execution(const std::function<recorded_execution()>& record) { (void)record; }
    // An execution with this violation; violation_found() comes next.
    virtual void violation(const verdict_of_program& what) { (void)what; }
    virtual void violation_found(const std::function<recorded_execution()>& record) {
        (void)record;
    }
    // Another process has visited executions, which come next in the order of the search: with
    // their counts. Of what it heard of them nothing else is called here.
    virtual void visited_elsewhere(const exploration_report& part) { (void)part; }
    // Whether it may be told so of these. False: it may end the exploration among them, and they
    // are visited once more, here.
    virtual bool may_be_elsewhere(const exploration_report& part) const { return (void)part, true; }
    // Whether each execution has to be visited in this process, from now on, or from the next
    // violation on. Asked again and again.
    virtual bool looks_on() const { return true; }
    virtual bool looks_at_violations() const { return true; }
    // Now and then, with the counts so far.
    virtual void progress(const exploration_report& so_far) { (void)so_far; }
};

}  // namespace ringsim::sim::graph
