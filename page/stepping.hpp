// Be the scheduler: one execution of a program, choice by choice. At each point the engine says
// which threads can go on, and in which ways their next access can be made under the model.
//
// An execution is a list of turns, and a turn is a thread and the picks that its access leaves. The
// ways to go on are found by performing them: for each, a walk of the engine makes the turns so
// far, then that one, and then any others to the end; what the walk recorded says what the turn
// was. So nothing here knows a model, and nothing is offered that does not end in an execution
// which the model allows.
//
// A read may read ahead where the model has load buffering: it gets the value of a store that is
// still to come. Which stores that may be is found before the first turn: every execution is
// visited, or where there are too many, random walks are made. From then on the store has to come:
// what would keep it from coming is offered no more.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "page/known_executions.hpp"
#include "sim/graph/ahead_policy.hpp"
#include "sim/graph/explore.hpp"
#include "sim/trace.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::page {

struct turn {
    unsigned thread = 0;
    std::vector<unsigned> picks{};  // in the order in which the engine asks; 0 is the newest

    friend bool operator==(const turn&, const turn&) = default;
};

// A way to make the next turn.
struct way {
    turn how;
    sim::trace_step step;      // what it does, as in a trace
    std::uint32_t behind = 0;  // of a write: the step of the write that it is right behind in co
    bool is_choice = false;    // of the program itself: step.read is what it chose
    bool ends = false;         // the thread only finds out that it is over: there is no step
    sim::graph::recorded_event event{};  // of the step
    // Of a read ahead: the store, as it comes in one execution that goes on so.
    std::optional<sim::trace_step> to_come{};
    sim::graph::recorded_event event_to_come{};
    std::uint32_t place_to_come = 0;  // how many steps of its thread are before it
};

// A read ahead whose store is still to come.
struct read_ahead {
    std::uint32_t step = 0;  // from 1
    unsigned writer = 0;     // the thread that is to make the store
};

struct thread_now {
    bool can_go_on = false;
    // Of one that cannot: the access that it waits at; none if it has ended.
    std::optional<sim::trace_step> waits_at{};
    sim::graph::recorded_event event{};  // of that
};

struct position {
    sim::trace so_far;  // the turns that were made, in their order
    // What `so_far` reads ahead of its last step; there, such a step reads from itself.
    std::vector<read_ahead> ahead;
    std::vector<way> ways;  // by thread, newest first; none: the execution is over
    std::vector<thread_now> threads;
    bool over = false;
    // One execution that begins so; once it is over, the one, with the waits that end it.
    std::optional<sim::graph::recorded_execution> end{};
    sim::trace whole;  // of that one
};

class stepper {
  public:
    // Who performs walks of the program.
    using walking = std::function<sim::graph::exploration_report(sim::graph::walk_policy&,
                                                                 sim::graph::observer&)>;

    stepper(sim::graph::model_id m, sim::graph::program& p,
            const std::vector<sim::graph::location_info>& locations);
    // Of a program that has more to do around each walk; `all` may be empty.
    stepper(sim::graph::model_id m, sim::graph::program& p,
            const std::vector<sim::graph::location_info>& locations, walking by,
            known_executions::exploring all = {});
    // Called where a walk ends because more was found out about the program; then it begins anew.
    void learn_by(std::function<void()> learn) { learn_ = std::move(learn); }
    // Asked behind each walk: whether it was an execution of the program.
    void ask_whether_it_counts(std::function<bool()> counts) { counts_ = std::move(counts); }

    // Throws schedule_error if the turns are none of the program under the model.
    position at(const std::vector<turn>& turns);

    // Turns that begin with `first` and end in an execution of which `wanted` is true, looked for
    // among so many random ones; empty if none was found.
    std::vector<turn> search(
        const std::vector<turn>& first, unsigned tries,
        const std::function<bool(const sim::graph::recorded_execution&)>& wanted);

    // The turns of an execution that is given as a trace; shorter if from there on the program does
    // not behave so. Calls `visit` with each position before a turn.
    template <class F>
    std::vector<turn> follow(const sim::trace& t, F&& visit);

  private:
    struct walked;
    struct attempt;
    class learner;
    class script;
    class keeper;

    struct learned {};

    position look(const std::vector<turn>& turns);
    walked walk(const attempt& what);
    walked walk_once(const attempt& what);
    sim::graph::exploration_report perform(sim::graph::walk_policy& policy,
                                           sim::graph::observer& watcher);
    void learn_what_is_ahead();
    void add_ways_of(unsigned thread, const std::vector<turn>& turns, position& out);
    static const way* same_step(const position& p, const sim::trace& t, std::size_t i,
                                const std::vector<std::uint32_t>& location);

    sim::graph::program& program_;
    const std::vector<sim::graph::location_info>& locations_;
    walking walking_;
    known_executions::exploring exploring_;
    bool reads_ahead_;  // whether the model lets a read do so
    // What reads may read ahead. Picks count it: it stays the same from the first turn on.
    std::optional<sim::graph::read_ahead_hints> hints_{};
    std::optional<known_executions> known_{};  // if there are few enough, and some read ahead
    std::function<bool()> counts_;
    std::function<void()> learn_;
};

template <class F>
std::vector<turn> stepper::follow(const sim::trace& t, F&& visit) {
    std::vector<turn> turns;
    const std::vector<std::uint32_t> location = sim::locations(t);
    for (std::size_t i = 0; i < t.steps.size(); ++i) {
        const position p = at(turns);
        visit(i, p);
        const way* next = same_step(p, t, i, location);
        if (!next) break;
        turns.push_back(next->how);
    }
    return turns;
}

}  // namespace ringsim::page
