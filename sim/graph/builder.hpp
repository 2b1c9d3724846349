// Runs a program's threads against an execution graph: what the graph already has is replayed, what
// comes after is added to it. Explorers derive from it and decide among the consistent ways to add.
//
// A thread's body is ordinary code on a fiber. Whenever it makes an access, step() asks: does the
// graph have this event already? Then its value is returned at once (replay). Otherwise the
// explorer that derives from this class adds it, in add(). A search goes back by putting an older
// graph in place of graph_; threads that have run ahead of it are noticed by in_step(), and are run
// again from their start when their turn comes. So no state of a thread is ever saved or restored.
//
// An event that cannot be added (no consistent way, a race, a full graph) sets `stopped_`:
// everybody suspends, and the explorer gives the graph up.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

#include "sim/graph/choice_list.hpp"
#include "sim/graph/coherence.hpp"
#include "sim/graph/fiber.hpp"
#include "sim/graph/guard.hpp"
#include "sim/graph/models/memory_model.hpp"
#include "sim/graph/news.hpp"
#include "sim/graph/pairs.hpp"
#include "sim/graph/program.hpp"
#include "sim/graph/record.hpp"
#include "sim/graph/source_races.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class builder : public executor {
  public:
    using graph_type = execution_graph<W, typename Model::template rows<W>>;
    using set = typename graph_type::set;

    builder(program& p, const std::vector<location_info>& locations)
        : program_(p), initial_(locations) {
        for (unsigned t = 0; t < p.thread_count(); ++t)
            threads_.push_back(std::make_unique<thread_slot>(*this, t));
    }

    unsigned thread() const override { return current_; }

    // The value that comes last in co, which need not be the one that was written last.
    std::uint64_t newest(location_id l) const override {
        const event_id w = graph_->co_last(l);
        return w == no_event ? initial_[l].initial : (*graph_)[w].value;
    }

    // An access of the running thread: replayed if the graph has it, else added.
    using executor::step;
    std::uint64_t step(const label& l, const dependencies& on) override {
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
            } else if (l.patient && puts_off(l)) {
                // No event: until the await can go on, nothing in the graph says that this thread
                // is here.
                me.put_off = true;
                me.asked = l;
            } else {
                if constexpr (Model::has_dependencies) {
                    me.stated = on;
                    me.stated.ctrl |= me.ctrl;
                }
                // If it went well, the event is now there, and the first branch returns its value.
                if (add(l)) continue;
                stopped_ = true;
            }
            me.strand.suspend();
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
    void wait_for_news(std::uint64_t mark) override { step(idle_round(mark, news::another_value)); }

    // The loop is for a search that resumes this fiber with another graph: it must not return into
    // a body that has failed.
    void fail(violation kind, std::string_view what) override {
        if (graph_->promise_count() > 0) fail_for_now({kind, std::string(what)});
        for (;;) {
            found_in_the_middle({kind, std::string(what)});
            stopped_ = true;
            threads_[current_]->strand.suspend();
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
        label l;
        l.kind = event_kind::failure;
        l.shown = step_kind::stuck;
        l.implied = true;
        for (;;) step(l);
    }

  protected:
    // The program wants the exploration to end.
    virtual void stop_exploring() = 0;
    // Whether a patient await has to be asked for again later.
    virtual bool puts_off(const label& l) const = 0;
    // One more event for the running thread; false if there is no consistent way.
    virtual bool add(const label& l) = 0;
    // The program or the model found a violation before the execution is complete.
    virtual void found_in_the_middle(verdict_of_program what) = 0;

    // Lets `t` run until it ends, is blocked or the graph is given up. The one place where a body
    // runs: inside strand.resume(), and every access of it comes back into this object through
    // step(), with current_ = t.
    void resume(unsigned t) {
        thread_slot& s = *threads_[t];
        // The graph is another one than when the body ran last, or shorter: from the start.
        if (!in_step(s)) {
            s.strand.restart();
            s.cursor = 0;
            s.ctrl = {};
        }
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

    // Brings every thread's own state to the end of the graph, for judging. Bodies may be behind
    // the graph: a search that goes back leaves them where they were, and runs again only those
    // threads that have something to add.
    void refresh(hang how) {
        if (!program_.judges_by_state(how)) return;
        for (unsigned t = 0; t < threads_.size() && !stopped_; ++t) {
            const thread_slot& s = *threads_[t];
            const unsigned done = graph_->count(t) - (graph_->blocked(t) ? 1u : 0u);
            if (!in_step(s) || s.cursor != done || (graph_->finished(t) && !s.strand.ended()))
                resume(t);
        }
    }

    bool failed(unsigned t) const {
        const event_id e = graph_->last(t);
        return e != no_event && (*graph_)[e].what.kind == event_kind::failure;
    }

    // Whether `t` would only find out again that its patient await is not to go on yet.
    bool putting_off(unsigned t) const {
        const thread_slot& s = *threads_[t];
        return s.put_off && s.cursor == graph_->count(t) && in_step(s) && puts_off(s.asked);
    }
    // A patient await has no event, so its readiness is a question to the newest value alone.
    bool ready(const label& l) const { return !blocks(l, newest(l.location)); }
    // Of a thread whose first event is a patient await that never came.
    bool never_began(unsigned t) const { return graph_->count(t) == 0 && threads_[t]->put_off; }

    // Whether what a model asks of complete executions only is so.
    bool holds_at_the_end() const {
        return (!program_.has_pairs() || (pairs_are_atomic(*graph_, Model::own_write_frees_pair) &&
                                          Model::accesses_of_two_hold(*graph_))) &&
               Model::holds_at_the_end(*graph_);
    }

    // What the program says of the execution, in which no thread can go on. In this order: a race
    // under a model that looks for them at the end comes before the program's own verdict, since
    // after a race the language promises nothing that the program could be judged by.
    std::optional<verdict_of_program> judged(hang how) {
        if (program_.goes_on_after_races() && Model::has_race(*graph_)) program_.race_found();
        Model::each_misuse(*graph_, [&](std::string_view what) { program_.misused(what); });
        if (auto race = race_at_the_end()) return race;
        return program_.judge(how);
    }

    std::optional<verdict_of_program> race_at_the_end() const {
        if (program_.goes_on_after_races()) return {};
        if constexpr (Model::races_at_the_end)
            if (const auto [a, b] = Model::racing(*graph_); a != no_event)
                return race_between(a, b);
        if (!program_.races_by_source() || !has_plain_access() ||
            !race_by_source(events_in_some_order(*graph_), program_))
            return {};
        return verdict_of_program{violation::data_race, "unordered accesses"};
    }
    // Of an execution that is given up: a round of a loop that found nothing has reads, which may
    // race, and the execution without that round has not.
    std::optional<verdict_of_program> race_in_round() const {
        for (unsigned t = 0; t < threads_.size(); ++t)
            if (const auto last =
                    graph_->blocked(t) ? (*graph_)[graph_->last(t)].what.kind : event_kind::fence;
                last == event_kind::block || last == event_kind::drop)
                return holds_at_the_end() ? race_at_the_end() : std::nullopt;
        return {};
    }

    // Whether a blocked thread waits for ever: what it read last is the newest there is. If not,
    // the graph stands for no execution of its own: there is another one, in which the thread reads
    // the newer write and goes on. That one is visited too, so this one is dropped.
    bool waits_for_ever(unsigned t) const {
        const event& e = (*graph_)[graph_->last(t)];
        return !(e.what.kind == event_kind::block ? has_news(t, e.what)
                                                  : any_write_since(*graph_, t, e.po));
    }
    // What ends a wait in a loop: any write to what the round has read, or only one by which the
    // round would read something else.
    enum class news : std::uint8_t { any_write, another_value };
    // The event that stands for a round which began behind event `mark` of its thread.
    static label idle_round(std::uint64_t mark, news what) {
        label l;
        l.kind = event_kind::block;
        l.value = mark;
        l.expected = static_cast<std::uint64_t>(what);
        l.shown = step_kind::stuck;
        return l;
    }
    bool has_news(unsigned t, const label& block) const {
        if (static_cast<news>(block.expected) == news::any_write)
            return any_write_since(*graph_, t, block.value);
        return any_value_since(*graph_, t, block.value,
                               [this](event_id w, location_id l) { return value_of(w, l); });
    }

    // Whether the running thread wrote nothing since its event `mark`.
    bool idle_since(std::uint64_t mark) const {
        const thread_slot& me = *threads_[current_];
        for (unsigned i = static_cast<unsigned>(mark); i < me.cursor; ++i)
            if ((*graph_)[graph_->at(me.id, i)].what.kind == event_kind::write) return false;
        return true;
    }

    // --- consistent ways to add --------------------------------------------------------------
    std::uint64_t value_of(event_id w, location_id l) const {
        return w == initial_write ? initial_[l].initial : (*graph_)[w].value;
    }
    event_id newest_write(location_id l) const {
        const event_id w = graph_->co_last(l);
        return w == no_event ? initial_write : w;
    }
    // Of an await: whether it cannot go on with this value.
    static bool blocks(const label& l, std::uint64_t value) {
        return l.await && (value == l.expected) == l.await_other;
    }

    // Sources and places are asked for from the newest in co downwards. floor() of the model says
    // below which coherence forbids everything, and ends the loop: everything older is forbidden
    // too. The answers in between are asked for one by one. Writes that the read `e`, appended but
    // without rf, may read from. An await that cannot go on is kept only with the newest write:
    // with an older one it could never be completed.
    choice_list sources(event_id e) const {
        choice_list list;
        const location_id l = (*graph_)[e].what.location;
        const unsigned floor = Model::floor(*graph_, e);
        for (event_id w = newest_write(l);; w = (*graph_)[w].co_prev) {
            const bool newest = list.empty() && graph_->co_next(l, w) == no_event;
            if ((newest || !blocks((*graph_)[e].what, value_of(w, l))) &&
                Model::may_read(*graph_, e, w))
                list.push(w);
            if (graph_->co_index(w) <= floor) break;
        }
        return list;
    }

    // Places in co for the write `e`, appended but not placed.
    choice_list places(event_id e) const {
        choice_list list;
        const location_id l = (*graph_)[e].what.location;
        // Atomicity: the write half has its place right behind the write that its read half read
        // from, and nobody else's write half is there. That leaves one place, or none.
        const bool rmw = (*graph_)[e].what.rmw && !mutated(mutant::rmw_as_plain_pair);
        // Behind a write that is to come, a read-modify-write may have any place until it is there.
        if (rmw && (*graph_)[graph_->po_prev(e)].rf != to_come) {
            const event_id w = (*graph_)[graph_->po_prev(e)].rf;
            if (graph_->rmw_successor(l, w) == no_event && Model::may_write(*graph_, e, w))
                list.push(w);
            return list;
        }
        const unsigned floor = Model::floor(*graph_, e);
        for (event_id w = newest_write(l);; w = (*graph_)[w].co_prev) {
            if (graph_->rmw_successor(l, w) == no_event && Model::may_write(*graph_, e, w))
                list.push(w);
            if (graph_->co_index(w) <= floor) break;
        }
        return list;
    }

    // Whether the read `e`, appended but without rf, may read from `w`.
    bool may_read_from(event_id e, event_id w) const {
        const location_id l = (*graph_)[e].what.location;
        return (w == initial_write || (w != no_event && (*graph_)[w].what.location == l)) &&
               graph_->co_index(w) >= Model::floor(*graph_, e) && Model::may_read(*graph_, e, w);
    }

    // Room for one more access: both halves of it, the write half of a read-modify-write that it
    // lets go on, and a last event of each thread that waits for ever. A thread that has not begun
    // gets none; most of those that `check` may start never begin.
    bool has_room() const {
        unsigned needed = graph_->size() + 3;
        if (needed + program_.thread_count() <= graph_type::capacity) return true;
        for (unsigned t = 0; t < threads_.size(); ++t)
            needed += graph_->count(t) > 0 || t == current_;
        return needed <= graph_type::capacity;
    }

    // The event is there, with po and its dependencies, and without rf or a place in co: the state
    // in which a model is asked what it may read from, or where it may be written.
    event_id append(unsigned t, const label& l) {
        const event_id e = graph_->append(t, l, ++serial_);
        ++events_;
        if constexpr (Model::has_dependencies) {
            // Until its outcome is known, a compare-exchange forbids what both outcomes forbid; of
            // the write half it is known.
            const bool open = l.if_written != mode::plain && !l.rmw;
            const bool acquires = is_acquire(l.if_written) && is_acquire(l.otherwise);
            if (open && !acquires) graph_->set_mode(e, mode::relaxed);
            Model::begin(*graph_, e, l.rmw ? of_read_half(e) : stated(e));
        }
        return e;
    }

    // Of a compare-exchange whose order depends on its outcome, once it reads `value`.
    void settle_mode(event_id r, std::uint64_t value) {
        const label& l = (*graph_)[r].what;
        if (l.if_written == mode::plain) return;
        graph_->set_mode(r, writes(l, value) ? l.if_written : l.otherwise);
        // What later events of the thread inherit was found for another mode.
        if constexpr (Model::has_dependencies)
            Model::begin(*graph_, r, stated_dependencies<set>(graph_->rows(r).stated));
    }

    // Gives the read its source. False: inconsistent, a race, or pointless. The order matters: the
    // mode of a compare-exchange is settled by the value, and the model must know the mode before
    // it takes in the synchronisation of this read.
    bool finish_read(event_id r, event_id w) {
        const label& l = (*graph_)[r].what;
        (*graph_)[r].serial = ++serial_;
        settle_mode(r, value_of(w, l.location));
        graph_->set_rf(r, w, initial_[l.location].initial);
        if (!Model::add_read(*graph_, r)) return false;
        // With an older write than the newest, the await waits for something that has come:
        // pointless.
        (*graph_)[r].blocked = blocks(l, (*graph_)[r].value);
        if ((*graph_)[r].blocked && graph_->co_next(l.location, w) != no_event) return false;
        return no_race(r);
    }

    // The write gets its place right behind `before`. False: inconsistent, or a race.
    bool finish_write(event_id e, event_id before) {
        graph_->place(e, before);
        return Model::add_write(*graph_, e) && no_race(e);
    }

    // Fences, choices, and the events that end a thread's run. They are consistent always.
    bool finish_other(event_id e) {
        Model::add_fence(*graph_, e);
        const event_kind kind = (*graph_)[e].what.kind;
        (*graph_)[e].blocked =
            kind == event_kind::block || kind == event_kind::drop || kind == event_kind::failure;
        return true;
    }

    // The write half that a read-modify-write asks for after its read half. One label describes
    // both: the read half carries the operation, the write half what comes of it for this value.
    // Asked for again in a replay, it is the read half's label that the body knows.
    static label write_half(const event& read) {
        label l = read.what;
        l.kind = event_kind::write;
        l.value = apply(read.what, read.value);
        if (l.write_how != mode::plain) l.how = l.write_how;
        l.op = rmw_op::none;
        l.await = false;
        l.await_other = false;
        l.patient = false;
        l.expected = 0;
        l.rmw = true;
        return l;
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
        builder& owner;
        unsigned id;
        unsigned cursor = 0;       // events of the graph that the running body has behind it
        std::uint64_t serial = 0;  // of the last of them
        bool put_off = false;      // suspended in a patient await that has no event yet, namely
        label asked;
        unsigned last_read = 0;        // the place of the last read among them
        read_set ctrl;                 // the reads that the body has branched on
        dependencies stated;           // of the access that it asks for
        verdict_of_program failure{};  // of a thread whose last event is a failure
        std::string thrown;  // what an exception said; here, for the stack may be abandoned
        fiber strand;

        thread_slot(builder& b, unsigned t) : owner(b), id(t), strand(*this) {}
        void run() override { owner.program_.run_thread(id); }
        void failed(const std::exception_ptr& error) override {
            thrown = "the program threw an exception";
            try {
                std::rethrow_exception(error);
            } catch (const std::exception& e) {
                thrown += std::string(": ") + e.what();
            } catch (...) {
            }
            owner.fail(violation::assertion, thrown);
        }
    };

    // The body has gone no further than the graph, with the same values. A serial number is given
    // whenever an event gets its value: the same serial at the place where the body stands means
    // that all the values before it are the same too, since events before it in its thread cannot
    // change while it stays.
    bool in_step(const thread_slot& s) const {
        if (s.cursor == 0) return !s.strand.ended() || graph_->count(s.id) == 0;
        return s.cursor <= graph_->count(s.id) &&
               (*graph_)[graph_->at(s.id, s.cursor - 1)].serial == s.serial;
    }

    std::unique_ptr<graph_type> graph_ = std::make_unique<graph_type>();
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

  private:
    // The running thread's last event behind it.
    event_id last_behind() const { return graph_->at(current_, threads_[current_]->cursor - 1); }
    // What the new event `e` depends on, as events.
    stated_dependencies<set> stated(event_id e) const {
        stated_dependencies<set> out;
        const unsigned t = (*graph_)[e].thread;
        const dependencies& now = threads_[t]->stated;
        if (!assume_dependencies_ && !now.any()) return out;
        for (unsigned i = 0; i < (*graph_)[e].po; ++i) {
            const event_id r = graph_->at(t, i);
            const bool all = assume_dependencies_ && (*graph_)[r].what.kind == event_kind::read;
            if (all || now.addr.has(i)) out.addr.set(r);
            if (all || now.data.has(i)) out.data.set(r);
            if (now.pick.has(i)) out.pick.set(r);
            if (all || now.ctrl.has(i)) out.ctrl.set(r);
        }
        return out;
    }
    // The write half of a read-modify-write depends on what its read half was stated to.
    stated_dependencies<set> of_read_half(event_id e) const {
        return graph_->rows(graph_->po_prev(e)).stated;
    }

    // The body takes the event that stands at its cursor, with the write half if there is one.
    std::uint64_t consume(thread_slot& me, const event& e) {
        me.serial = e.serial;
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

    // Without one there is no race to look for: it saves a pass over the whole execution.
    bool has_plain_access() const {
        bool found = false;
        graph_->live().each(
            [&](event_id e) { found = found || (*graph_)[e].what.source == order::plain; });
        return found;
    }

    // A race found here ends the execution before it is complete: what comes after it is not
    // defined.
    bool no_race(event_id e) {
        if (program_.goes_on_after_races()) return true;
        const event_id other = Model::race_with(*graph_, e);
        if (other == no_event) return true;
        found_in_the_middle(race_between(other, e));
        return false;
    }
    verdict_of_program race_between(event_id a, event_id b) const {
        const auto place_of = [&](event_id e) {
            return event_place{(*graph_)[e].thread, (*graph_)[e].po};
        };
        return {violation::data_race,
                "unordered accesses to " + initial_[(*graph_)[a].what.location].name,
                std::array{place_of(a), place_of(b)}};
    }
};

}  // namespace ringsim::sim::graph
