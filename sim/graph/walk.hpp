// One execution at a time, forward only: a policy picks the thread and the write to read from at
// each access. For random search, for bounded search and to replay a schedule.
//
// No copies and no revisits: a walk is a program run on a weak memory by a scheduler. Each thread
// runs up to its next access and waits there; the policy lets one of them make it, and says which
// write a read gets. Events are added by the same functions as in the exhaustive search, so the
// same model decides what is consistent. A walk can come to a dead end (given_up): what was
// consistent for one event may leave nothing for the next.
#pragma once

#include <utility>

#include "sim/graph/ahead.hpp"
#include "sim/graph/ahead_policy.hpp"
#include "sim/graph/record.hpp"
#include "sim/graph/schedule.hpp"
#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::graph {

// One execution at a time, from the empty graph to its end, without a way back. Threads take turns
// as a policy says, or a schedule; each turn is one access, which is made at once: so the order in
// which events are added is the order of the walk.
template <memory_model Model, unsigned W>
class walker final : public ahead_builder<Model, W> {
    using base = ahead_builder<Model, W>;

  public:
    walker(program& p, const std::vector<location_info>& locations)
        : base(p, locations), pending_(p.thread_count()) {}

    // How a walk ended. Only `done` and `violation` are executions; the others come to nothing that
    // is counted as one.
    enum class walk_end : std::uint8_t {
        done,
        violation,
        given_up,  // at a choice that was not consistent after all
        cut_off,   // by the policy
        too_large,
        program_error,
        diverged,
    };

    // Performs one execution as the policy says. Reads may read ahead from what `hints` has. Of a
    // walk that is not `done`, problem() or found() says why.
    walk_end walk(walk_policy& policy, const read_ahead_hints& hints) {
        policy_ = &policy;
        decides_ahead_ = dynamic_cast<ahead_policy*>(&policy);
        script_ = nullptr;
        hints_ = decides_ahead_ ? &decides_ahead_->hints() : &hints;
        prepare();
        while (!stopped_ && any_enabled()) {
            if (!policy.another_step()) return walk_end::cut_off;
            turn(next_thread());
        }
        return conclude();
    }

    // After a walk: which of its reads might read ahead from which of its writes.
    void add_hints(read_ahead_hints& hints) const {
        if constexpr (graph_type::reads_ahead) {
            for (unsigned i = 0; i < graph_->size(); ++i) {
                const event_id a = graph_->by_stamp(i);
                const event& w = (*graph_)[a];
                if (w.what.kind != event_kind::write) continue;
                this->each_reader_ahead(a, [&](event_id r) {
                    const event& reader = (*graph_)[r];
                    hints.insert({reader.thread, reader.po, w.thread, w.po, w.value});
                });
            }
        }
    }
    bool read_ahead() const { return graph_->promise_count() > 0; }

    // Performs the execution that `s` describes. diverged: the program or the model no longer
    // allows it; problem() says where.
    walk_end replay(const schedule& s) {
        policy_ = nullptr;
        decides_ahead_ = nullptr;
        script_ = &s;
        prepare();
        for (script_at_ = 0; script_at_ < s.steps.size() && !stopped_; ++script_at_) {
            const schedule_step& step = s.steps[script_at_];
            if (step.waits) {  // conclude() finds out whether it does
                // Numbers count all accesses, this one too.
                accesses_.push_back(no_event);
                continue;
            }
            if (!check_step(step)) break;
            turn(step.thread);
            accesses_.push_back(this->graph_->last_access(step.thread));
        }
        script_at_ = s.steps.size();
        return conclude();
    }

    const std::optional<verdict_of_program>& found() const { return found_; }
    const std::string& problem() const { return this->problem_; }
    // Of the walk that has just ended. A schedule's execution is told as the schedule has it, and
    // so is that of a policy which decides what is read ahead; others begin with what is read ahead
    // as late as can be.
    recorded_execution record() const {
        if (read_ahead() && !script_ && !decides_ahead_)
            return {events_in_some_order(*graph_), found_, this->current_, complete_};
        return {events_as_added(*graph_), found_, this->current_, complete_};
    }

  private:
    using base::graph_;
    using base::program_;
    using base::stopped_;
    using base::threads_;
    using typename base::graph_type;

    // What a thread asked for and has not been given yet. `what` is kept for whoever asks whether
    // the thread can go on: enabled().
    struct pending_access {
        bool waits = false;
        label what;
    };

    // From the empty graph, with every body at its first access. Bodies of the walk before are
    // thrown away by thread_runner::resume(), which sees that they do not fit.
    void prepare() {
        graph_->clear(program_.thread_count(), static_cast<unsigned>(this->initial_.size()));
        stopped_ = false;
        too_large_ = false;
        diverged_ = false;
        complete_ = true;
        found_.reset();
        this->problem_.clear();
        accesses_.assign(1, initial_write);
        ahead_of_.clear();
        last_ = 0;
        begun_ = false;
        granted_ = chosen_ = false;
        for (pending_access& p : pending_) p.waits = false;
        for (unsigned t = 0; t < threads_.size(); ++t)
            if (!stopped_) this->resume(t);  // up to its first access
    }

    // Lets a thread make one access and run on to its next one, where it asks for a turn again.
    void turn(unsigned t) {
        begun_ = true;
        last_ = t;
        granted_ = true;
        this->resume(t);
        granted_ = false;
    }

    // Called from the running thread: asks for a turn and takes it, and adds the event. False: the
    // walk cannot go on.
    bool add(const label& l) override {
        // A fence that the mapping puts beside an access belongs to it: no turn of its own. Neither
        // has a choice of what comes of an access, which is made in the turn of that access.
        const bool goes_with_access = l.implied && l.kind == event_kind::choice;
        if (!l.implied || goes_with_access) wait_for_turn(l);
        if (goes_with_access) granted_ = true;
        if (!l.implied && std::exchange(chosen_, false) &&
            base::blocks(l, this->newest(l.location)))
            return give_up();
        chosen_ = chosen_ || goes_with_access;
        if (!this->has_room()) {
            too_large_ = true;
            return false;
        }
        const event_id e = this->append(this->current_, l);
        switch (l.kind) {
            case event_kind::read:
                return add_read(e);
            case event_kind::write:
                return add_write(e);
            case event_kind::choice:
                return add_choice(e);
            default:
                return this->finish_other(e);
        }
    }

    // A walk that the program itself ends is an error of it; there is no search to go on with.
    void stop_exploring() override { this->problem_ = "the program gives up"; }
    // Here every event is added when its thread comes to it.
    bool puts_off(const label&) const override { return false; }

    // In a loop: the fiber may also be resumed only to be started over.
    void wait_for_turn(const label& l) {
        const unsigned t = this->current_;
        while (!granted_) {
            pending_[t] = {true, l};
            threads_[t]->strand.suspend();
        }
        pending_[t].waits = false;
        granted_ = false;
    }

    // An idle iteration waits until something that it read changes, and leaves no event: the walk
    // only goes forward, so nobody has to find the way back to it.
    void spin(std::uint64_t mark) override {
        if (this->idle_since(mark)) wait_in_loop(base::idle_round(mark, news::any_write));
    }
    void wait_for_news(std::uint64_t mark, news what) override {
        wait_in_loop(base::idle_round(mark, what));
    }
    void wait_in_loop(const label& round) {
        wait_for_turn(round);
        granted_ = true;  // nothing was performed: the turn goes on
    }

    // From a script, or by the policy: from which write the read reads. The write half of a
    // read-modify-write follows at once, so that nothing comes between.
    bool add_read(event_id e) {
        const label& l = (*graph_)[e].what;
        event_id w;
        if (script_) {
            const schedule_step& step = script_->steps[script_at_];
            if (step.reads_ahead) return read_as_promised(e, step);
            const auto& from = step.reads_from;
            w = from ? accesses_[*from] : this->newest_write(l.location);
            if (from && !is_write_to(w, l.location))
                return diverge("reads from an access that is no write of its location");
            if (from && !this->may_read_from(e, w))
                return diverge("reads from a write that it may not read from");
        } else {
            choice_list list;
            const choice_list all = this->sources(e);
            for (unsigned i = 0; i < all.size(); ++i)
                if (l.op == rmw_op::none || graph_->rmw_successor(l.location, all[i]) == no_event)
                    list.push(all[i]);
            // All promises together are one way, the last: else a read with many of them would
            // hardly ever read from what is there.
            const std::vector<promise> ahead = promises_for(e);
            const unsigned ways = list.size() + (ahead.empty() ? 0u : 1u);
            const unsigned way = pick_way(ways, !ahead.empty());
            if (way == list.size()) {
                const auto n = static_cast<unsigned>(ahead.size());
                return read_promised(ahead[n == 1 ? 0 : policy_->pick_place(n)]);
            }
            w = list[way];
        }
        if (!this->finish_read(e, w)) return give_up();
        if (!base::wants_write_half((*graph_)[e])) return true;
        return add_write(this->append((*graph_)[e].thread, base::write_half((*graph_)[e])));
    }

    unsigned pick_way(unsigned ways, bool last_is_ahead) {
        if (ways == 1) return 0;
        if (decides_ahead_ && last_is_ahead) return decides_ahead_->pick_source_or_ahead(ways);
        return policy_->pick_source(ways);
    }

    // The writes to come that the read `e`, appended but without rf, may be promised: of the hints,
    // those whose write is not there yet and whose value lets the read go on.
    std::vector<promise> promises_for(event_id e) const {
        std::vector<promise> found;
        if (hints_->empty() || graph_->promise_count() == promises_max) return found;
        const event& ev = (*graph_)[e];
        read_ahead_hint first{ev.thread, ev.po, 0, 0, 0};
        for (auto h = hints_->lower_bound(first); h != hints_->end(); ++h) {
            if (h->reader_thread != ev.thread || h->reader_po != ev.po) break;
            if (graph_->count(h->writer_thread) <= h->writer_po && !base::blocks(ev.what, h->value))
                found.push_back(
                    {h->value, e, h->writer_po, static_cast<std::uint8_t>(h->writer_thread)});
        }
        return found;
    }

    // A promise that is not kept in the end is found out by conclude(); a walk has nothing to go
    // back to.
    bool read_promised(const promise& p) {
        if constexpr (graph_type::reads_ahead) {
            if (!this->finish_ahead(p)) return give_up();
            const event& r = (*graph_)[p.reader];
            return !base::wants_write_half(r) ||
                   add_write(this->append(r.thread, base::write_half(r)));
        } else {
            return give_up();
        }
    }

    // Replay: the read gets the value of an access that comes later.
    bool read_as_promised(event_id e, const schedule_step& step) {
        if (!graph_type::reads_ahead) return diverge("reads ahead, which the model forbids");
        if (graph_->promise_count() == promises_max) return diverge("is one read ahead too many");
        const unsigned from = script_->steps[*step.reads_ahead - 1].thread;
        if (from >= threads_.size() || from == (*graph_)[e].thread)
            return diverge("reads ahead from an access that it cannot read from");
        // Which event that is will be known when the script has come there: come_true().
        ahead_of_.push_back(*step.reads_ahead);
        return read_promised({step.value, e, UINT16_MAX, static_cast<std::uint8_t>(from)});
    }

    // For replay: whether what a schedule names is a write of that location. The schedule may be
    // for another program.
    bool is_write_to(event_id w, location_id l) const {
        if (w == initial_write) return true;
        if (w == no_event) return false;
        const label& what = (*graph_)[w].what;
        return what.kind == event_kind::write && what.location == l;
    }

    // Places are ordered from the end of co: the first is the newest.
    bool add_write(event_id e) {
        (*graph_)[e].value = (*graph_)[e].what.value;
        const choice_list list = this->places(e);
        if (list.empty()) return give_up();
        unsigned i = 0;
        if (script_) {
            const auto& behind = script_->steps[script_at_].behind;
            while (behind && i < list.size() && list[i] != accesses_[*behind]) ++i;
            if (i == list.size()) return diverge("writes to a place where it may not write");
        } else if (list.size() > 1) {
            i = policy_->pick_place(list.size());
        }
        return this->finish_write(e, list[i]) || give_up();
    }

    // A choice with one way asks nobody, so that a policy's choices are those that matter.
    bool add_choice(event_id e) {
        event& ev = (*graph_)[e];
        if (script_) {
            const auto& way = script_->steps[script_at_].way;
            if (!way || *way >= ev.what.expected) return diverge("is a choice of another kind");
            ev.value = *way;
        } else if (ev.what.expected > 1) {
            ev.value = policy_->pick_place(static_cast<unsigned>(ev.what.expected));
        }
        return this->finish_other(e);
    }

    // The choice was not consistent after all; the walk ends without a result. For a script, a dead
    // end is a divergence: what it describes was consistent when it was written. Walks that give up
    // are no executions, and are counted apart.
    bool give_up() {
        complete_ = false;
        return script_ && !found_ ? diverge("is not consistent with the model") : false;
    }

    // Says where a schedule no longer fits: the number of the access, from 1, and its site.
    bool diverge(const std::string& why) {
        diverged_ = true;
        this->problem_ = "access " + std::to_string(script_at_ + 1) + " (" +
                         std::string(site_or_spin(script_->steps[script_at_].where)) + ") " + why;
        return false;
    }

    // The thread has to be where the schedule says that it is.
    bool check_step(const schedule_step& step) {
        std::string why;
        if (step.thread >= threads_.size())
            why = "is of a thread that the program does not have";
        else if (!pending_[step.thread].waits)
            why = "is of a thread that has ended";
        else if (pending_[step.thread].what.kind != event_kind::block &&
                 pending_[step.thread].what.where != step.where)
            why = "is now " + std::string(site_or_spin(pending_[step.thread].what.where));
        if (why.empty()) return true;
        stopped_ = true;
        return diverge(why);
    }

    // An await can be performed once the newest value lets it go on, and a loop once there is news.
    bool enabled(unsigned t) const {
        if (!pending_[t].waits) return false;
        const label& l = pending_[t].what;
        // The thread may have declared its location since the graph was made.
        graph_->reach(l.location);
        // An execution that does not count goes no further.
        if (l.kind == event_kind::drop) return false;
        if (l.kind == event_kind::block) return this->has_news(t, l);
        return !base::blocks(l, this->newest(l.location));
    }
    // Whether a thread has found that the execution does not count: what others wait for in it is
    // no hang.
    bool dropped() const {
        for (unsigned t = 0; t < threads_.size(); ++t)
            if (pending_[t].waits && pending_[t].what.kind == event_kind::drop) return true;
        return false;
    }
    bool any_enabled() const {
        for (unsigned t = 0; t < threads_.size(); ++t)
            if (enabled(t)) return true;
        return false;
    }
    // Whom the policy picks of those that can go on. There is one: any_enabled().
    unsigned next_thread() {
        thread_choice c;
        for (unsigned t = 0; t < threads_.size(); ++t)
            if (enabled(t)) c.enabled |= 1u << t;
        c.last = last_;
        c.last_can_go_on = begun_ && ((c.enabled >> last_) & 1) != 0;
        return policy_->pick_thread(c);
    }

    // What came of the walk. Problems first: a violation in a graph that was too large, or on a
    // path that the script does not have, is not reported.
    walk_end conclude() {
        if (too_large_) return walk_end::too_large;
        if (diverged_) return walk_end::diverged;
        if (!this->problem_.empty()) return walk_end::program_error;
        if (found_) return walk_end::violation;
        if (!complete_ || dropped()) return walk_end::given_up;
        if (read_ahead()) {
            if (!come_true()) return script_ ? walk_end::diverged : walk_end::given_up;
            for (unsigned t = 0; t < threads_.size(); ++t)
                if (this->failed(t)) {
                    this->current_ = t;
                    found_in_the_middle(threads_[t]->failure);
                    return walk_end::violation;
                }
        }
        // Nobody can go on. Who still waits does so for ever, and that is a hang, but for a thread
        // that waits before its first access: it has not begun, and need not.
        hang how = hang::none;
        for (unsigned t = 0; t < threads_.size(); ++t) {
            if (!pending_[t].waits) continue;
            if (pending_[t].what.patient && graph_->count(t) == 0) continue;  // it never began
            if (script_ && enabled(t)) {
                this->problem_ = "the schedule ends, but thread " + std::to_string(t) +
                                 " goes on with " +
                                 std::string(site_or_spin(pending_[t].what.where));
                return walk_end::diverged;
            }
            const bool spins = pending_[t].what.kind == event_kind::block;
            if (how != hang::spins) how = spins ? hang::spins : hang::waits;
            block_for_ever(t);
        }
        if (!this->holds_at_the_end()) return walk_end::given_up;
        found_ = this->judged(how);
        return found_ ? walk_end::violation : walk_end::done;
    }

    // Whether what was read ahead is written in the end, and the model allows the whole. In a
    // schedule the access that makes it true is named; in a walk it is found by its thread and
    // place.
    bool come_true() {
        if constexpr (graph_type::reads_ahead) {
            for (unsigned i = 0; i < ahead_of_.size(); ++i) {
                const event_id w =
                    ahead_of_[i] < accesses_.size() ? accesses_[ahead_of_[i]] : no_event;
                if (w < to_come) graph_->made_by(i, w);
            }
            if (this->keeps_promises()) return true;
        }
        this->problem_ = "a value that is read ahead is not written, or the model forbids it";
        return false;
    }

    // Gives a waiting thread its last event, as the exhaustive exploration does, so that both judge
    // the same graphs.
    void block_for_ever(unsigned t) {
        const event_id e = this->append(t, pending_[t].what);
        if (pending_[t].what.kind == event_kind::read)
            this->finish_read(e, this->newest_write(pending_[t].what.location));
        else
            this->finish_other(e);
    }

    void found_in_the_middle(verdict_of_program what) override {
        found_ = std::move(what);
        complete_ = false;
    }

    walk_policy* policy_ = nullptr;
    ahead_policy* decides_ahead_ = nullptr;  // the same one, if it does
    const schedule* script_ = nullptr;
    std::size_t script_at_ = 0;
    const read_ahead_hints* hints_ = nullptr;
    std::vector<event_id> accesses_;  // the write of each access so far, by its number
    std::vector<unsigned> ahead_of_;  // of each read ahead in a replay: the access it reads from
    std::vector<pending_access> pending_;
    unsigned last_ = 0;
    bool begun_ = false;  // some thread ran: from now on a switch may be a preemption
    bool granted_ = false;
    bool chosen_ = false;  // what comes of the access that the thread is at
    bool too_large_ = false;
    bool diverged_ = false;
    bool complete_ = true;
    std::optional<verdict_of_program> found_;
};

}  // namespace ringsim::sim::graph
