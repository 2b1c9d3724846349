// Load buffering: what an execution showed of a write is done again with a read before it that is
// promised the write's value.
//
// The events that the write needs are added once more, each by its own thread, which must ask for
// the same access: reads read from the same writes, and writes have the same places in co. Values
// may differ where they depend on what was promised. Nothing of this is ever revisited: with other
// sources for these reads, another execution shows the write.
//
// A thread may take another way now: what it read makes a difference to which accesses it makes. On
// machines such a difference is in order before the write, so that nothing comes of it. Under the
// kernel's model it need not be (program::ways_may_differ()). Then what was shown says no more than
// that the write may come, and the search goes on from the promise as from anywhere else, until
// some write keeps it.
//
// It is a search in its own right: threads are resumed one by one in the order of the script, and
// each may add exactly the event whose turn it is. Whatever else a thread asks for makes it wait.
#pragma once

#include <memory>
#include <vector>

#include "sim/graph/ahead.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class repeating_builder : public ahead_builder<Model, W> {
    using base = ahead_builder<Model, W>;

  protected:
    using base::base;
    using typename base::graph_type;
    using typename base::set;

    // A graph with a write, and the events that are to be added again for it, in their order there.
    struct shown {
        graph_type graph;
        std::vector<event_id> again;
        promise made;  // the write comes last, as an event like any other
        // What is behind the read in its thread moves by that: a compare-exchange that succeeded
        // may fail now, or the other way round, which is one event more or less.
        int moves = 0;
        // The graph with nothing but the promise, to search on from if the thread takes another
        // way; of programs where that matters.
        std::unique_ptr<graph_type> start;

        unsigned po_now(unsigned thread, unsigned po) const {
            const event& r = graph[made.reader];
            if (thread != r.thread || po <= r.po) return po;
            if (moves < 0 && po == r.po + 1u) return UINT16_MAX;  // the write half, which is gone
            return po + static_cast<unsigned>(moves);
        }
    };

    // Every place in co for the write `e`, appended but not placed, is to be tried.
    virtual bool place_anywhere(event_id e) = 0;

    // While a script is there, add() goes through add_repeated().
    bool repeats() const { return graph_type::reads_ahead && shown_ != nullptr; }

    // Takes back what the promised write `a` and all after the read `r` did, keeps a copy of it as
    // a script, and gives the read the value. repeat() goes through the script afterwards.
    bool read_ahead(event_id a, event_id r) {
        const event& w = (*graph_)[a];
        const promise p{w.value, r, w.po, w.thread};
        const set stay = graph_->up_to(r);
        const auto what = show(p, a, stay);
        graph_->restrict_to(stay);
        graph_->forget_rf(r);
        move_promises();
        graph_->stamp_last(r);
        if (!this->finish_ahead(p)) return false;
        if (this->program_.ways_may_differ()) remember_start(*what);
        return !base::wants_write_half((*graph_)[r]) || half_again(r);
    }

    // Remembers what the write of the promise needs, `stay` aside.
    std::shared_ptr<shown> show(const promise& p, event_id a, const set& stay) {
        auto now = std::make_shared_for_overwrite<shown>();
        now->graph.copy_from(*graph_);
        now->made = p;
        set again = this->needed_by(stay | graph_->prefix(a)) - stay;
        // The write itself comes last, as an event like any other.
        again.reset(a);
        const event& r = (*graph_)[p.reader];
        const bool wrote = base::wants_write_half(r);
        if (!mutated(mutant::ahead_unmoved)) now->moves = int{writes(r.what, p.value)} - int{wrote};
        if (wrote) again.reset(graph_->at(r.thread, r.po + 1u));
        for (unsigned i = 0; i < graph_->size(); ++i)
            if (again.test(graph_->by_stamp(i))) now->again.push_back(graph_->by_stamp(i));
        shown_ = now;
        return now;
    }
    // The read has been promised its value, and nothing is done again yet.
    void remember_start(shown& what) const {
        what.start = std::make_unique_for_overwrite<graph_type>();
        what.start->copy_from(*graph_);
        what.start->free_promises();
    }
    // Of the promises that stay: the places of their writes.
    void move_promises() {
        for (unsigned i = 0; i < graph_->promise_count(); ++i) move(graph_->promise_at(i));
    }

    // Goes on adding what was shown, and lets the thread of the write run on from there. False: the
    // graph is given up. Afterwards departed_from() says whether a thread took another way.
    bool repeat() {
        if constexpr (graph_type::reads_ahead) {
            departed_from_.reset();
            if (!repeats()) return true;
            const std::shared_ptr<const shown> what = shown_;
            other_way_ = false;
            if (repeat_what_was_needed() && repeat_write()) return true;
            if (this->program_.ways_may_differ() && (other_way_ || graph_->breaks_promise()))
                departed_from_ = what;
            shown_.reset();
            return false;
        }
        return true;
    }
    // What could not be repeated, for a thread took another way. Null: nothing, or for other
    // causes.
    const shown* departed_from() const { return departed_from_.get(); }

    // For add(), while something is to be repeated.
    bool add_repeated(const label& l) {
        // The script is not at this thread: whatever it asks for comes later.
        if (wanted_ == no_event) return wait_for_turn();
        const event& old = shown_->graph[wanted_];
        if (this->current_ != old.thread || graph_->count(this->current_) != po_of(wanted_))
            return wait_for_turn();
        wanted_ = no_event;
        const label& what = old.what;
        // Another access than the one that was shown. Values may differ: they may depend on what
        // was promised.
        if (l.kind != what.kind || l.location != what.location || l.op != what.op) {
            other_way_ = true;
            return false;
        }
        if (!this->has_room()) return false;
        const event_id e = this->append(this->current_, l);
        // No later write may revisit it: what it reads and where it is was decided by the script.
        (*graph_)[e].frozen = true;
        switch (l.kind) {
            case event_kind::read:
                return read_again(e, old);
            case event_kind::write:
                return write_again(e, old);
            case event_kind::choice:
                (*graph_)[e].serial = ++this->serial_;
                (*graph_)[e].value = old.value;
                return this->finish_other(e);
            default:
                return this->finish_other(e);
        }
    }

    // Whether `e` is a write that was promised. Nothing takes it back any more, unless the promise
    // may be kept by another write. Frozen events are not "added maximally" for any later write:
    // nothing revisits what is behind them.
    bool freeze_promised(event_id e) {
        if constexpr (graph_type::reads_ahead) {
            if (graph_->was_promised_here(e)) (*graph_)[e].frozen = true;
            return graph_->was_promised(e);
        }
        return false;
    }

    // Whether the graph is, as it stands, what the model allows with its promises kept. On a copy:
    // the search goes on with the graph without the promises' edges. It is worth the copy, since it
    // ends many searches that could only end in vain.
    bool keeps_promises_so_far() {
        if constexpr (graph_type::reads_ahead) {
            if (!graph_->all_kept()) return true;
            if (!tried_) tried_ = std::make_unique_for_overwrite<graph_type>();
            tried_->copy_from(*graph_);
            const bool keeps = this->keeps_promises();
            std::swap(graph_, tried_);
            return keeps;
        }
        return true;
    }

    // The write half of the read `r`, which is being repeated.
    bool half_again(event_id r) {
        const event_id e = this->append((*graph_)[r].thread, base::write_half((*graph_)[r]));
        if (is_shown_write(e)) return add_shown_write(e);
        (*graph_)[e].frozen = true;
        (*graph_)[e].value = (*graph_)[e].what.value;
        if ((*graph_)[r].rf == to_come) return place_anywhere(e);
        const choice_list list = this->places(e);
        return !list.empty() && this->finish_write(e, list[0]);
    }

    // The write that was shown comes again, as the half of a read-modify-write.
    virtual bool add_shown_write(event_id e) = 0;

    using base::graph_;
    using base::stopped_;

    std::shared_ptr<const shown> shown_;  // what is to be repeated, if anything

  private:
    // In the order of the script as far as that goes: an event may have to wait for one behind it,
    // if it was a read that reads from a write that another event of the script makes.
    bool repeat_what_was_needed() {
        for (bool all_there = false; !all_there;) {
            all_there = true;
            bool progress = false;
            for (const event_id o : shown_->again) {
                if (is_there(o)) continue;
                all_there = false;
                if (!can_come(o)) continue;
                if (!add_again(o)) return false;
                progress = true;
            }
            if (!all_there && !progress) return false;
        }
        return true;
    }
    bool repeat_write() {
        const unsigned t = shown_->made.thread;
        const unsigned po = shown_->made.po;
        shown_.reset();
        if (graph_->count(t) <= po) this->resume(t);
        other_way_ = !stopped_ && graph_->count(t) <= po;
        return !stopped_ && !other_way_;
    }

    bool wait_for_turn() {
        waits_ = true;
        return false;
    }

    // The place in its thread where the event `o` of the graph that was shown is to be.
    unsigned po_of(event_id o) const {
        const event& old = shown_->graph[o];
        return shown_->po_now(old.thread, old.po);
    }
    void move(promise& p) const {
        if (p.po == promise::anywhere) return;
        p.po = static_cast<std::uint16_t>(shown_->po_now(p.thread, p.po));
    }
    bool is_there(event_id o) const { return graph_->count(shown_->graph[o].thread) > po_of(o); }
    // The event of the graph that `o` of the one that was shown has become.
    event_id now(event_id o) const {
        if (o >= to_come) return o;
        return graph_->at(shown_->graph[o].thread, po_of(o));
    }
    // Whether its thread has come to it, and what it reads from is there.
    bool can_come(event_id o) const {
        const event& old = shown_->graph[o];
        return graph_->count(old.thread) == po_of(o) &&
               (old.what.kind != event_kind::read || old.rf >= to_come || is_there(old.rf));
    }

    // A run ends with `stopped_` when its thread asks for more than its turn, which is no failure.
    bool add_again(event_id o) {
        wanted_ = o;
        waits_ = false;
        this->resume(shown_->graph[o].thread);
        const bool failed = stopped_ && !waits_;
        stopped_ = false;
        wanted_ = no_event;
        if (failed) return false;
        other_way_ = !is_there(o);
        return !other_way_;
    }

    // From the write that it read from before, or as promised before, if the promise is not kept
    // yet. The model is asked again: what is read ahead now was not when it was asked first.
    bool read_again(event_id e, const event& old) {
        if (old.rf == to_come) {
            promise p = shown_->graph.promise_of(shown_->graph.at(old.thread, old.po));
            p.reader = e;
            move(p);
            if (graph_->promise_count() == promises_max || !this->finish_ahead(p)) return false;
        } else {
            const event_id w = now(old.rf);
            if (!this->may_read_from(e, w) || !this->finish_read(e, w)) return false;
        }
        return !base::wants_write_half((*graph_)[e]) || half_again(e);
    }

    // At the place in co that it had, among what is there by now. It may have no such place: then
    // the promise was in vain.
    bool write_again(event_id e, const event& old) {
        (*graph_)[e].value = (*graph_)[e].what.value;
        if (is_promised_half_at(old.what.location)) return place_anywhere(e);
        // Its neighbour in co may not be repeated: then the nearest one that is.
        event_id before = old.co_prev;
        while (before != initial_write && !is_there(before)) before = shown_->graph[before].co_prev;
        const choice_list list = this->places(e);
        for (unsigned i = 0; i < list.size(); ++i)
            if (list[i] == now(before)) return this->finish_write(e, list[i]);
        return false;
    }

    // Whether the place of some write half at `l` is not known, for it reads from a write to come.
    bool is_promised_half_at(location_id l) const {
        for (unsigned i = 0; i < graph_->promise_count(); ++i) {
            const label& what = (*graph_)[graph_->promise_at(i).reader].what;
            if (what.location == l && what.op != rmw_op::none) return true;
        }
        return false;
    }

    bool is_shown_write(event_id e) const {
        return (*graph_)[e].thread == shown_->made.thread && (*graph_)[e].po == shown_->made.po;
    }

    std::unique_ptr<graph_type> tried_;  // of models without load buffering, never
    bool other_way_ = false;  // a thread did not ask for the access that was to come again
    std::shared_ptr<const shown> departed_from_;
    event_id wanted_ = no_event;  // the event that may be added now
    bool waits_ = false;          // the thread that ran asked for an event out of its turn
};

}  // namespace ringsim::sim::graph
