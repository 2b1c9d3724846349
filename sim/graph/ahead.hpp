// Load buffering: which reads may be promised which writes, and whether promises are kept.
//
// In an execution with a cycle in po | rf some read is before the write that it reads from. Whoever
// adds events one by one gives such a read the value before the write is there, as a promise, and
// looks at the whole graph once it is.
//
// The exploration of executions without such a cycle needs nothing of this file: with a model whose
// graphs do not read ahead, each function here is empty or compiles to nothing.
#pragma once

#include "sim/graph/builder.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class ahead_builder : public builder<Model, W> {
    using base = builder<Model, W>;

  public:
    using typename base::graph_type;
    using typename base::set;

  protected:
    using base::base;
    using base::graph_;

    // Gives the read `p.reader` what it was promised. False: that would not let it go on.
    bool finish_ahead(const promise& p) {
        event& r = (*graph_)[p.reader];
        r.serial = ++this->serial_;
        this->settle_mode(p.reader, p.value);
        graph_->set_promised(p);
        Model::add_ahead(*graph_, p.reader);
        this->note_kept(p.reader);
        return !base::blocks(r.what, p.value);
    }

    // Calls f(r) for each read that may be promised the write `a`: one that is before `a` by po and
    // rf, and by nothing that the model keeps in order.
    template <class F>
    void each_reader_ahead(event_id a, F&& f) const {
        if (mutated(mutant::ahead_never)) return;
        const event& w = (*graph_)[a];
        const set needed = needed_by(graph_->prefix(a));
        const set readers =
            (graph_->reads_at(w.what.location) & needed) - graph_->events_of(w.thread);
        if (!readers.any()) return;
        const set unsure = with_another_order(readers, needed);
        (unsure | (readers - graph_->rows(a).kept)).each([&](event_id r) {
            if (!is_guessed(needed, r)) f(r);
        });
    }

    // The events that `events` and the promises of their reads need. A fixed point: what a promise
    // needs may contain the reader of another promise.
    set needed_by(set events) const {
        if (mutated(mutant::ahead_of_promises)) return events;
        for (unsigned i = 0; i < graph_->promise_count(); ++i) {
            const promise& p = graph_->promise_at(i);
            const event_id w = graph_->kept(p);
            if (!events.test(p.reader) || w == no_event || events.test(w)) continue;
            events |= graph_->with_prefix(w);
            i = ~0u;  // from the first one on again
        }
        return events;
    }

    // Whether `needed`, which is before a write, has a read whose promise no write keeps yet and
    // that is lost if the read `r` is promised the write: a guess that comes of a guess, of which
    // there may be no end.
    bool is_guessed(const set& needed, event_id r) const {
        if (mutated(mutant::lkmm_guesses)) return false;
        for (unsigned i = 0; i < graph_->promise_count(); ++i) {
            const promise& p = graph_->promise_at(i);
            if (p.po == promise::anywhere && needed.test(p.reader) &&
                (p.reader == r || !graph_->up_to(r).test(p.reader)))
                return true;
        }
        return false;
    }

    // Those of `readers` of whose place before a write nothing is known, because with another value
    // of theirs `events` may be in another order: a compare-exchange may fail that succeeds here,
    // or the other way round, and a thread may go another way, past other barriers.
    set with_another_order(const set& readers, const set& events) const {
        set found = set::none();
        if (!this->program_.ways_may_differ() || mutated(mutant::lkmm_one_way)) return found;
        events.each([&](event_id e) {
            const event& ev = (*graph_)[e];
            if (ev.what.kind != event_kind::read) return;
            if (ev.what.op != rmw_op::compare_exchange &&
                !this->program_.steering(ev.thread).has(ev.po))
                return;
            found |= graph_->prefix(e) & readers;
            if (readers.test(e)) found.set(e);
        });
        return found;
    }

    // Lets the reads of a finished graph read from what they were promised. False: a promise is not
    // kept, no cycle in po | rf comes of it, or the model forbids it. Everything else was checked
    // while events were added, but without the edges of the promises; with them, the graph has to
    // be looked at anew as a whole.
    bool keeps_promises() {
        if (!graph_->all_kept()) return false;
        graph_->keep_promises();
        for (unsigned i = 0; i < graph_->promise_count(); ++i)
            // Without a cycle the execution is visited without any promise, and would be counted
            // twice.
            if (!on_cycle(*graph_, graph_->promise_at(i).reader)) return false;
        return (coherent(*graph_) || mutated(mutant::ahead_without_coherence)) &&
               (Model::consistent_anew(*graph_) || mutated(mutant::ahead_without_model));
    }
};

}  // namespace ringsim::sim::graph
