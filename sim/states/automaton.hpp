// The threads of a program as automata.
//
// A thread is deterministic but for the values that its accesses return. So where it stands is told
// by the values that it was given since its start, or since its last round began, and two threads
// that were given the same stand at the same place: a node. A node knows what the thread asks for;
// what it is given leads to the next node. Nodes are found out once, by running the thread's own
// code on a fiber with the values that lead there.
//
// Threads that are said to be identical have their nodes in common. Each of them is run to each
// node, so that it would be noticed if one asked for something else there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/graph/fiber.hpp"
#include "sim/graph/guard.hpp"
#include "sim/graph/program.hpp"
#include "sim/states/bytes.hpp"

namespace ringsim::sim::states {

using graph::label;
using graph::location_id;

// A place in the list of an automaton's nodes. In a state it stands for all that a thread is: its
// stack, its variables, and what it will ask for next.
using node_id = std::uint32_t;
// What there is of a thread between two rounds, or at an access, if the program says it in words.
using local_state = std::vector<std::uint64_t>;

class rotation;

// The newest value of a location.
using newest_values = std::function<std::uint64_t(location_id)>;

// A program whose threads go round for ever, or for very long: run_thread() is one round. What a
// thread keeps from a round to the next is all that there is of it between them.
class endless_program : public graph::program {
  public:
    virtual local_state first_round(unsigned thread) const = 0;
    // Before run_thread(): what the thread kept.
    virtual void begin_round(unsigned thread, const local_state& kept) = 0;
    // Behind run_thread(): what it keeps; nothing if it ends for good.
    virtual std::optional<local_state> end_round(unsigned thread) = 0;
    // Whether the thread may stop for good between two rounds.
    virtual bool may_stop(unsigned thread) const = 0;
    // At an access of the running thread, inside a round: words that tell all there is of its own
    // state, if they do. Without them the values that it was given tell it.
    virtual std::optional<local_state> summary(unsigned thread, const label& asked) = 0;
    // How it is turned round, if it stays the same then.
    virtual const rotation* turns_round() const { return nullptr; }
    // Whether what an access of the thread returned may grow old before the next one, so that the
    // thread would do the same had it returned something else; and what that may be, with these
    // newest values in memory.
    virtual bool grows_old(unsigned thread, const label& before, const label& next) const {
        return (void)thread, (void)before, (void)next, false;
    }
    virtual std::optional<std::uint64_t> grown_old(std::uint64_t given,
                                                   const newest_values& newest) const {
        return (void)given, (void)newest, std::nullopt;
    }
};

// What a thread does at a node: it waits for what its access returns, it has ended for good, or it
// has found that something is wrong, and does nothing more.
enum class standing : std::uint8_t { asks, finished, failed };

// Reads of a thread that a spinning loop may have to look at again.
struct marked_read {
    location_id location;
    std::uint8_t marks;  // how many loops had begun before the newest such read
};

struct node {
    standing is = standing::asks;
    bool begins_round = false;
    label request{};
    std::uint32_t round = 0;              // which round it is in
    node_id before = 0;                   // and how the thread came here in it: from there,
    std::uint64_t given = 0;              // by this value
    bool behind_sc_fence = false;         // the access before is a seq_cst fence
    bool grows_old = false;               // what was given may be
    std::vector<unsigned> marks;          // loops that wrote nothing since they began
    std::vector<marked_read> reads;       // since the first of them
    graph::verdict_of_program failure{};  // if it failed
    std::vector<std::pair<std::uint64_t, node_id>> next;
};

// Thrown where something would have to be found out while several threads look ahead: then none of
// them may, for finding out changes the automata that all of them read.
struct nothing_found_out {};

class thread_automata final : public graph::executor {
  public:
    // `same_as`: of each thread the first that it is identical to, if any is.
    thread_automata(graph::program& p, const std::vector<unsigned>& same_as);

    unsigned thread_count() const { return static_cast<unsigned>(threads_.size()); }
    // Where the thread begins.
    node_id start(unsigned t);
    const node& at(unsigned t, node_id n) const { return *threads_[t]->all->nodes[n]; }
    // The threads that have their nodes in common with this one, itself among them.
    const std::vector<unsigned>& identical_to(unsigned t) const { return threads_[t]->all->of; }
    // Threads that are said to be identical are not: then nothing is known of any node.
    bool unlike() const { return unlike_; }
    // Whether nothing is to be found out for now: several may ask then, at the same time, for what
    // is known. Whoever asks for something else gets nothing_found_out.
    void find_nothing_out(bool yes) { find_nothing_out_ = yes; }
    void may_find_out() const {
        if (find_nothing_out_) throw nothing_found_out();
    }
    // Each thread has nodes of its own from here on.
    void tell_apart();
    // The node at which the thread stands in the program that is turned round.
    node_id rotated(unsigned t, node_id n, unsigned steps);
    // It asks for something else there: the program does not stay the same. Nothing is known then.
    bool changed_by_rotation() const { return changed_by_rotation_; }
    const rotation* turns_round() const { return endless_ ? endless_->turns_round() : nullptr; }
    // The node at which the thread might as well stand, with these newest values.
    node_id grown_old(unsigned t, node_id n, const newest_values& newest);
    // Where the thread stands when its access returned `value`; 0 for what returns nothing.
    node_id after(unsigned t, node_id from, std::uint64_t value);
    // Leaves the program's own state of the thread as it is at the node.
    void bring(unsigned t, node_id n);
    // The program is not deterministic: why; else empty.
    const std::string& problem() const { return problem_; }
    std::size_t node_count() const;
    // Whether the thread may stop for good at the node.
    bool may_stop(unsigned t, node_id n) const {
        return endless_ && at(t, n).begins_round && endless_->may_stop(t);
    }
    // Where the newest values come from while the program judges.
    void judge_over(const std::vector<std::uint64_t>* newest) { newest_ = newest; }
    // How many places were told to be the same by a summary, and of those where the thread then
    // asked for something else: then the summary does not tell all.
    struct merges {
        std::uint64_t compared = 0;
        std::uint64_t different = 0;
    };
    merges compare_merged(unsigned accesses_max);
    // And of places that were turned, those from which a turned value leads elsewhere.
    merges compare_rotated();

    // How all places were found, for a search that goes on from there: load() is for automata of
    // which nothing is known yet.
    void save(byte_writer& out) const;
    void load(byte_reader& in);

    // --- graph::executor ---
    using graph::executor::step;
    std::uint64_t step(const label& l, const graph::dependencies& on) override;
    unsigned last_read() const override { return 0; }
    void branch_on(const graph::read_set&) override {}
    std::uint64_t spin_mark() override;
    void spin(std::uint64_t mark) override;
    void fail(violation kind, std::string_view what) override;
    unsigned thread() const override { return current_; }
    std::uint64_t newest(location_id l) const override { return (*newest_)[l]; }

  private:
    // What a running thread did in this round.
    struct done {
        label what;
        std::uint64_t value;
    };
    // A second way to a node that a summary says is the same.
    struct merged {
        std::uint32_t round;
        std::vector<std::uint64_t> given;
        node_id into;
    };
    // What is known of identical threads.
    struct automaton {
        std::uint32_t number = 0;
        std::vector<unsigned> of;
        std::vector<std::unique_ptr<node>> nodes;
        std::vector<local_state> rounds;
        std::map<local_state, node_id> round_begins;
        std::map<local_state, node_id> summaries;
        std::vector<merged> duplicates;
        std::map<std::pair<node_id, unsigned>, node_id> rotated;
    };
    // A step by which places were found: the beginning of a round, or a value that was given.
    struct finding {
        std::uint32_t automaton;
        std::optional<local_state> round;
        node_id from;
        std::uint64_t given;
    };
    // A thread, and its run.
    struct slot final : graph::fiber_body {
        thread_automata& owner;
        unsigned id;
        automaton* all = nullptr;
        std::vector<std::uint64_t> feed;
        std::vector<done> log;
        std::vector<unsigned> marks;
        label asked;
        bool asking = false;
        std::optional<graph::verdict_of_program> failure;
        std::string thrown;  // what an exception said; here, for the stack may be abandoned
        std::optional<node_id> stands_at;
        graph::fiber strand;

        slot(thread_automata& a, unsigned t) : owner(a), id(t), strand(*this) {}
        void run() override { owner.program_.run_thread(id); }
        void failed(const std::exception_ptr& error) override;
    };

    // The one that is running: accesses come from its fiber.
    slot& me() { return *threads_[current_]; }
    void group(const std::vector<unsigned>& same_as);
    slot& first_of(const automaton& a) { return *threads_[a.of.front()]; }
    // Runs the thread in the round with these values.
    void run(slot& s, std::uint32_t round, std::vector<std::uint64_t> feed);
    void go_on(slot& s);
    // From the node, with what its access returned.
    void run_on(slot& s, node_id from, std::uint64_t value);
    // The others ask for what the first asks for.
    void compare_runs(const automaton& a);
    std::optional<local_state> kept_behind(slot& s);
    std::vector<std::uint64_t> way_to(const automaton& a, node_id n) const;
    node_id begin_round(automaton& a, const local_state& kept);
    // The node at which the run stands that was just made.
    node_id found(automaton& a, std::uint32_t round, node_id before, std::uint64_t given);
    node_id add(automaton& a, std::uint32_t round, node_id before, std::uint64_t given,
                bool begins);
    // What of a run is part of its node, beside the request.
    static label asked_at(const slot& s);
    static void add_marks(const slot& s, local_state& told);
    static void note_marks(const slot& s, node& n);
    bool same_ahead(slot& s, const merged& m, unsigned accesses_max);

    graph::program& program_;
    endless_program* endless_;
    graph::program_guard guard_;
    std::vector<std::unique_ptr<automaton>> automata_;
    std::vector<std::unique_ptr<slot>> threads_;
    std::vector<finding> findings_;
    bool finding_ = false;  // what is found now is part of such a step
    bool apart_ = false;
    bool unlike_ = false;
    bool find_nothing_out_ = false;
    bool changed_by_rotation_ = false;
    unsigned current_ = 0;
    std::string problem_;
    const std::vector<std::uint64_t>* newest_ = nullptr;
};

// Whether an access that returned `value` also wrote.
inline bool wrote(const label& l, std::uint64_t value) {
    return l.kind == graph::event_kind::write ||
           (l.kind == graph::event_kind::read && graph::writes(l, value));
}

inline bool is_sc_fence(const label& l) {
    return l.kind == graph::event_kind::fence && l.how == graph::mode::seq_cst;
}

// Whether an await does not go on with `value`.
inline bool waits_at(const label& l, std::uint64_t value) {
    return l.await && (value == l.expected) == l.await_other;
}

}  // namespace ringsim::sim::states
