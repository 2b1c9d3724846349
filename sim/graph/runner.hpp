// Runs a program's threads against an execution graph: what the graph already has is replayed, what
// comes after is added to it.
//
// A thread's body is ordinary code on a fiber. Whenever it makes an access, step() asks: does the
// graph have this event already? Then its value is returned at once (replay). Otherwise the
// explorer that derives from this class adds it, in add(). A search goes back by putting an older
// graph in place of graph_; threads that have run ahead of it are noticed by in_step(), and are run
// again from their start when their turn comes. So no state of a thread on its stack is ever saved
// or restored.
//
// Where the program allows it (program::told_by_values()), a search runs no body at all but to find
// out what it does behind a value for the first time. That is kept (automata.hpp), and
// events are added by what stands there.
//
// An event that cannot be added (no consistent way, a race, a full graph) sets `stopped_`:
// everybody suspends, and the explorer gives the graph up.
#pragma once

#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include "sim/graph/automata.hpp"
#include "sim/graph/fiber.hpp"
#include "sim/graph/guard.hpp"
#include "sim/graph/models/memory_model.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class thread_runner : public executor {
  public:
    using graph_type = execution_graph<W, typename Model::template rows<W>>;
    using set = typename graph_type::set;

    thread_runner(program& p, const std::vector<location_info>& locations)
        : program_(p),
          initial_(locations),
          automata_(p.thread_count()),
          state_is_of_(p.thread_count(), no_node) {
        for (unsigned t = 0; t < p.thread_count(); ++t)
            threads_.push_back(std::make_unique<thread_slot>(*this, t));
    }

    unsigned thread() const override { return current_; }

    // The value that comes last in co, which need not be the one that was written last.
    std::uint64_t newest(location_id l) const override {
        const event_id w = graph_->co_last(l);
        return w == no_event ? initial_[l].initial : (*graph_)[w].value;
    }

    using executor::step;
    std::uint64_t step(const label& l, const dependencies& on) override {
        if constexpr (Model::folded_barriers.empty()) {
            return ask(l, on);
        } else {
            unsigned& barriers = threads_[current_]->barriers;
            const unsigned one = folded(l);
            if (!mutated(mutant::barriers_lost)) barriers |= one;
            if (one != 0) return 0;
            label behind_them = l;
            behind_them.barriers = static_cast<std::uint8_t>(barriers & 0xfu);
            return ask(behind_them, on);
        }
    }

    // Dependencies are stated by places of reads in the thread, since ids may change in a replay.
    unsigned last_read() const override { return threads_[current_]->last_read; }
    void branch_on(const read_set& reads) override { threads_[current_]->ctrl |= reads; }

    // A loop iteration that only read, and found nothing, is not performed again and again: it
    // becomes one event of kind `block`, which remembers where the iteration began. The thread is
    // stuck for as long as what it has read since then is the newest there is.
    std::uint64_t spin_mark() override { return threads_[current_]->cursor; }

    // An iteration that wrote something has changed the state: it is no idle one, and goes on.
    void spin(std::uint64_t mark) override {
        if (idle_since(mark)) step(idle_round(mark, news::any_write));
    }
    void wait_for_news(std::uint64_t mark, news what) override { step(idle_round(mark, what)); }

    // The loop is for a search that resumes this fiber with another graph: it must not return into
    // a body that has failed.
    void fail(violation kind, std::string_view what) override {
        if (!finds_out_ && graph_->promise_count() > 0) fail_for_now({kind, std::string(what)});
        for (;;) {
            thread_slot& me = *threads_[current_];
            if (finds_out_) {
                me.met = automaton_node::kind::fails;
                me.failure = {kind, std::string(what)};
            } else {
                found_in_the_middle({kind, std::string(what)});
                stopped_ = true;
            }
            me.strand.suspend();
        }
    }

    location_id declare(const location_info& what) override {
        if (initial_.size() == locations_max)
            throw std::length_error("a program has at most " + std::to_string(locations_max) +
                                    " locations (locations_max)");
        initial_.push_back(what);
        return static_cast<location_id>(initial_.size() - 1);
    }

    const event* recorded_next() const override {
        const thread_slot& me = *threads_[current_];
        if (me.cursor >= graph_->count(me.id)) return nullptr;
        return &(*graph_)[graph_->at(me.id, me.cursor)];
    }

    // All numbers from to_come on stand for something that has no label.
    const label* behind_last() const override {
        const event_id e = last_behind();
        const event_id w =
            (*graph_)[e].what.kind == event_kind::read ? (*graph_)[e].rf : (*graph_)[e].co_prev;
        return w >= to_come ? nullptr : &(*graph_)[w].what;
    }
    bool has_newer() const override { return (*graph_)[last_behind()].co_next != no_event; }
    std::uint64_t position() const override { return threads_[current_]->cursor; }

    // Where dependencies are kept, they are of one history.
    bool can_run_again() const override { return !Model::has_dependencies; }
    const event* recorded(std::uint64_t place) const override {
        if (place >= graph_->count(current_)) return nullptr;
        return &(*graph_)[graph_->at(current_, static_cast<unsigned>(place))];
    }
    void go_to(std::uint64_t place) override {
        threads_[current_]->cursor = static_cast<unsigned>(place);
    }
    void run_again() override {
        thread_slot& me = *threads_[current_];
        me.cursor = 0;
        me.barriers = 0;
        me.ctrl = {};
        me.strand.begin_again();
    }

    // As in fail(), it never returns into the body.
    void abandon() override {
        for (;;) {
            stop_exploring();
            stopped_ = true;
            threads_[current_]->strand.suspend();
        }
    }

    // Reads were promised something, so whether the thread can come to where it fails shows at the
    // end. Until then it is blocked.
    void fail_for_now(verdict_of_program what) {
        threads_[current_]->failure = std::move(what);
        for (;;) step(failure_label());
    }

  protected:
    // The four are called in the middle of a run, by step() on the stack of a fiber or by what an
    // automaton knows on that of the process. They may change the graph, and must not run a thread.
    //
    // The program wants the exploration to end.
    virtual void stop_exploring() = 0;
    // Whether a patient await has to be asked for again later: asked before there is an event of
    // it, with each graph anew, also only to find out whose turn it is.
    virtual bool puts_off(const label& l) const = 0;
    // One more event for the running thread, with its value; false if there is no consistent way,
    // and also if the search goes on elsewhere: then the graph may be any.
    virtual bool add(const label& l) = 0;
    // The program or the model found a violation before the execution is complete.
    virtual void found_in_the_middle(verdict_of_program what) = 0;

    // Lets `t` run until it ends, is blocked or the graph is given up.
    void resume(unsigned t) {
        if (!by_automaton_ || !follow_automaton(t)) run_body(t);
    }

    // Brings every thread's own state to the end of the graph, for judging. Afterwards the program
    // may be asked, until a thread runs again.
    void refresh(hang how) {
        if (!program_.judges_by_state(how)) return;
        for (unsigned t = 0; t < threads_.size() && !stopped_; ++t)
            if (!by_automaton_ || !recall_state(t)) run_to_the_end(t);
    }

    bool failed(unsigned t) const {
        const event_id e = graph_->last(t);
        return e != no_event && (*graph_)[e].what.kind == event_kind::failure;
    }

    // Whether `t` would only find out again that its patient await is not to go on yet.
    bool putting_off(unsigned t) const {
        if (graph_->blocked(t)) return false;  // by an event, which the await has then
        if (const automaton_node* now = stands_at(t))
            return now->puts_off() && puts_off(now->asked);
        const thread_slot& s = *threads_[t];
        return s.put_off && s.cursor == graph_->count(t) && in_step(s) && puts_off(s.asked);
    }
    // The await of a thread that puts off.
    const label& put_off_by(unsigned t) const {
        const automaton_node* now = stands_at(t);
        return now ? now->asked : threads_[t]->asked;
    }
    // A patient await has no event, so its readiness is a question to the newest value alone.
    bool ready(const label& l) const { return !blocks(l, newest(l.location)); }
    // Of a thread whose first event is a patient await that never came.
    bool never_began(unsigned t) const {
        if (graph_->count(t) > 0) return false;
        const automaton_node* now = stands_at(t);
        return now ? now->puts_off() : threads_[t]->put_off;
    }

    // Of an await: whether it cannot go on with this value.
    static bool blocks(const label& l, std::uint64_t value) {
        return l.await && (value == l.expected) == l.await_other;
    }

    // The event that stands for a round which began behind event `mark` of its thread.
    static label idle_round(std::uint64_t mark, news what) {
        label l;
        l.kind = event_kind::block;
        l.value = mark;
        l.expected = static_cast<std::uint64_t>(what);
        l.shown = step_kind::stuck;
        return l;
    }
    // Whether the running thread wrote nothing since its event `mark`.
    bool idle_since(std::uint64_t mark) const {
        const thread_slot& me = *threads_[current_];
        for (unsigned i = static_cast<unsigned>(mark); i < me.cursor; ++i)
            if ((*graph_)[graph_->at(me.id, i)].what.kind == event_kind::write) return false;
        return true;
    }

    static bool wants_write_half(const event& read) {
        return !read.blocked && writes(read.what, read.value);
    }

    void diverged(const char* how) {
        problem_ = "thread " + std::to_string(current_) +
                   " is not deterministic: repeated with the "
                   "same values, it " +
                   how + " (its event " + std::to_string(threads_[current_]->cursor + 1) + ")";
        stopped_ = true;
    }

    // What belongs to one thread: its body on a fiber, and how far the body has come in the graph.
    struct thread_slot final : fiber_body {
        thread_runner& owner;
        unsigned id;
        unsigned cursor = 0;       // events of the graph that the running body has behind it
        std::uint64_t serial = 0;  // of the last of them
        bool put_off = false;      // suspended in a patient await that has no event yet
        bool displaced = false;  // the program's state of the thread is no more as the body left it
        label asked;             // by the body, where it is suspended
        automaton_node::kind met = automaton_node::kind::asks;  // where the graph ends
        unsigned barriers = 0;         // behind the last of them: label::barriers of the next
        unsigned last_read = 0;        // the place of the last read among them
        read_set ctrl;                 // the reads that the body has branched on
        dependencies stated;           // of the access that it asks for
        verdict_of_program failure{};  // of a thread whose last event is a failure
        std::string thrown;  // what an exception said; here, for the stack may be abandoned
        fiber strand;

        thread_slot(thread_runner& r, unsigned t) : owner(r), id(t), strand(*this) {}
        void run() override { owner.program_.run_thread(id); }
        void failed(const std::exception_ptr& error) override {
            thrown = what_was_thrown(error);
            owner.fail(violation::assertion, thrown);
        }
    };

    // The body has gone no further than the graph, with the same values. A serial number is given
    // whenever an event gets its value: the same serial at the place where the body stands means
    // that all the values before it are the same too, since events before it in its thread cannot
    // change while it stays.
    bool in_step(const thread_slot& s) const {
        if (s.displaced) return false;
        if (s.cursor == 0) return !s.strand.ended() || graph_->count(s.id) == 0;
        return s.cursor <= graph_->count(s.id) &&
               (*graph_)[graph_->at(s.id, s.cursor - 1)].serial == s.serial;
    }

    std::unique_ptr<graph_type> graph_ = std::make_unique_for_overwrite<graph_type>();
    program& program_;
    std::vector<location_info> initial_;
    program_guard guard_;
    std::vector<std::unique_ptr<thread_slot>> threads_;
    unsigned current_ = 0;
    bool stopped_ = false;  // the graph is given up
    std::uint64_t serial_ = 0;
    bool assume_dependencies_ = false;
    std::uint64_t events_ = 0;
    std::uint64_t steps_ = 0;  // accesses asked for, replayed ones included
    std::string problem_;
    // Events are added by what automata know. Set by who never lets a body go on by itself.
    bool by_automaton_ = false;
    // The node by which an event is added now; no_node: by a body.
    node_id asked_at_ = no_node;

  private:
    // The one place where a body runs: inside strand.resume(), and every access of it comes back
    // into this object through step(), with current_ = t.
    void run_body(unsigned t) {
        thread_slot& s = *threads_[t];
        // The graph is another one than when the body ran last, or shorter: from the start.
        if (!in_step(s)) {
            s.strand.restart();
            s.displaced = false;
            s.cursor = 0;
            s.barriers = 0;
            s.ctrl = {};
        }
        state_is_of_[t] = no_node;
        if (!s.strand.ended()) {
            current_ = t;
            program_.will_run(t);
            now_running.thread.store(static_cast<int>(t), std::memory_order_relaxed);
            s.strand.resume();
            now_running.thread.store(-1, std::memory_order_relaxed);
        }
        if (stopped_) return;
        // A body that returns while the graph has more events of it has taken another way than
        // before.
        if (s.strand.ended()) {
            if (s.cursor != graph_->count(t)) diverged("ends earlier than before");
            graph_->set_finished(t);
        }
    }

    // Bodies may be behind the graph: a search that goes back leaves them where they were, and runs
    // again only those threads that have something to add.
    void run_to_the_end(unsigned t) {
        const thread_slot& s = *threads_[t];
        const unsigned done = graph_->count(t) - (graph_->blocked(t) ? 1u : 0u);
        if (!in_step(s) || s.cursor != done || (graph_->finished(t) && !s.strand.ended()))
            run_body(t);
    }

    // An access of the running thread: replayed if the graph has it, else added.
    std::uint64_t ask(const label& l, const dependencies& on) {
        thread_slot& me = *threads_[current_];
        // For the watchdog (guard.hpp): a body that makes no step for long does not end by itself.
        now_running.steps.store(++steps_, std::memory_order_relaxed);
        for (;;) {
            // Each time: the graph may be another one than when the thread was suspended below.
            graph_->reach(l.location);
            me.put_off = false;
            if (me.cursor < graph_->count(me.id)) {
                const event& e = (*graph_)[graph_->at(me.id, me.cursor)];
                // A thread that is replayed must ask for what it asked for before; an access that
                // blocks is asked for again when the thread is resumed, and ends in the suspend()
                // below.
                if (!same_request(e.what, l))
                    diverged("asks for another access than before");
                else if (!e.blocked)
                    return consume(me, e);
            } else if (finds_out_) {
                note_request(me, l, on);
            } else if (l.patient && puts_off(l)) {
                // No event: until the await can go on, nothing in the graph says that this thread
                // is here.
                me.put_off = true;
                me.asked = l;
            } else {
                note_request(me, l, on);
                // If it went well, the event is now there, and the first branch returns its value.
                if (add(l)) continue;
                stopped_ = true;
            }
            me.strand.suspend();
        }
    }

    // What the running thread asks for where the graph ends, and what that depends on.
    void note_request(thread_slot& me, const label& l, const dependencies& on) {
        if (finds_out_) {
            me.met = automaton_node::kind::asks;
            me.asked = l;
        }
        if constexpr (Model::has_dependencies) {
            me.stated = on;
            me.stated.ctrl |= me.ctrl;
        }
    }

    // A history that is run again with a part left out (can_run_again()) would have the barriers of
    // that part on what is behind it.
    static_assert(Model::folded_barriers.empty() || Model::has_dependencies);

    // The bit of label::barriers, if it is a barrier beside an access that is no event by itself.
    static unsigned folded(const label& l) {
        constexpr auto& all = Model::folded_barriers;
        if (!l.implied || l.kind != event_kind::fence) return 0;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i] == l.fence) return 1u << i;
        return 0;
    }

    // The running thread's last event behind it.
    event_id last_behind() const { return graph_->at(current_, threads_[current_]->cursor - 1); }
    // Replay, one access of it. The body takes the event that stands at its cursor, with the write
    // half if there is one.
    std::uint64_t consume(thread_slot& me, const event& e) {
        me.serial = e.serial;
        if (!mutated(mutant::barriers_kept)) me.barriers = 0;
        if (e.what.kind == event_kind::read) me.last_read = me.cursor;
        // Whoever waits for a value goes on behind a branch on it.
        if (Model::has_dependencies && e.what.await) me.ctrl.add(me.cursor);
        ++me.cursor;
        if (e.what.kind == event_kind::read && wants_write_half(e)) {
            me.serial = (*graph_)[graph_->at(me.id, me.cursor)].serial;
            ++me.cursor;
        }
        return e.value;
    }

    // --- automata -----------------------------------------------------------------------------
    // The event that gave the thread its last value; no_event at its start. It is a read, where a
    // write half comes last.
    event_id given_last(unsigned t) const {
        const event_id e = graph_->last(t);
        return e != no_event && (*graph_)[e].what.rmw ? graph_->po_prev(e) : e;
    }
    // The node at which the thread stands: behind its last event, or at that of one that blocks it.
    // no_node: it is not known.
    node_id node_of(unsigned t) const {
        const event_id e = given_last(t);
        if (e == no_event) return automata_.first(t);
        const event& ev = (*graph_)[e];
        if (ev.blocked || ev.node == no_node) return ev.node;
        return automata_.after(t, ev.node, ev.value);
    }
    const automaton_node* stands_at(unsigned t) const {
        const node_id n = by_automaton_ ? node_of(t) : no_node;
        return n == no_node ? nullptr : &automata_.at(t, n);
    }

    // Adds what the automaton knows, as far as resume() goes: what step() does where a body runs,
    // in the same order, so that a search does not depend on what is known already. False: there is
    // no room for what comes next, and the body has to go on by itself.
    bool follow_automaton(unsigned t) {
        current_ = t;
        while (!stopped_) {
            node_id n = node_of(t);
            if (n == no_node) n = find_node(t);
            if (n == no_node) return stopped_;
            const automaton_node& now = automata_.at(t, n);
            if (now.failure) threads_[t]->failure = *now.failure;
            if (graph_->blocked(t)) return true;
            if (now.what == automaton_node::kind::ends) {
                graph_->set_finished(t);
                return true;
            }
            if (now.what == automaton_node::kind::fails && graph_->promise_count() == 0) {
                found_in_the_middle(*now.failure);
                stopped_ = true;
                return true;
            }
            if (now.puts_off() && puts_off(now.asked)) return true;
            add_by_automaton(t, n);
        }
        return true;
    }
    // The event keeps the node, and whoever gives it a value tells by that where the thread goes.
    void add_by_automaton(unsigned t, node_id n) {
        const automaton_node& now = automata_.at(t, n);
        if constexpr (Model::has_dependencies) threads_[t]->stated = now.on;
        asked_at_ = n;
        if (!add(now.asked)) stopped_ = true;
        asked_at_ = no_node;
    }

    // Runs the body up to where the graph ends, and keeps what it does there. It stays suspended at
    // its access: if the next value that it gets is a new one as well, it goes on from there.
    // no_node: there is no room, or the thread has events that came without an automaton.
    node_id find_node(unsigned t) {
        const event_id e = given_last(t);
        if (automata_.full(t) || (e != no_event && (*graph_)[e].node == no_node)) return no_node;
        thread_slot& me = *threads_[t];
        finds_out_ = true;
        run_body(t);
        finds_out_ = false;
        if (stopped_) return no_node;
        automaton_node now;
        now.what = me.strand.ended() ? automaton_node::kind::ends : me.met;
        if (now.what == automaton_node::kind::asks) {
            now.asked = me.asked;
            now.on = me.stated;
        }
        if (now.what == automaton_node::kind::fails) {
            now.failure = std::make_unique<verdict_of_program>(me.failure);
            now.asked = failure_label();
        }
        state_is_of_[t] =
            e == no_event ? automata_.begin(t, std::move(now))
                          : automata_.add(t, (*graph_)[e].node, (*graph_)[e].value, std::move(now));
        return state_is_of_[t];
    }

    // Whether the program's state of the thread is now what it is at the end of the graph. The
    // state is kept beside the node the first time, and copied back later: then the body, which is
    // elsewhere, can only begin anew.
    bool recall_state(unsigned t) {
        const node_id n = node_of(t);
        if (n == no_node) return false;
        const std::span<std::byte> state = program_.state_of(t);
        if (state_is_of_[t] == n || state.empty()) return true;
        if (mutated(mutant::node_without_state)) return true;
        if (const std::byte* kept = automata_.state_at(t, n)) {
            std::memcpy(state.data(), kept, state.size());
            threads_[t]->displaced = true;
        } else {
            finds_out_ = true;
            run_to_the_end(t);
            finds_out_ = false;
            automata_.keep_state(t, n, state);
        }
        state_is_of_[t] = n;
        return true;
    }

    static label failure_label() {
        label l;
        l.kind = event_kind::failure;
        l.shown = step_kind::stuck;
        l.implied = true;
        return l;
    }

    automata automata_;
    std::vector<node_id> state_is_of_;  // the node at which the program's state of each thread is
    bool finds_out_ = false;            // a body runs to find out what it does next
};

}  // namespace ringsim::sim::graph
