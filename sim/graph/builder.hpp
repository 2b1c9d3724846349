// The consistent ways to add an event to an execution graph, as the model says, and what is to be
// said of a graph that is complete. Explorers derive from it and decide among the ways.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "sim/graph/choice_list.hpp"
#include "sim/graph/coherence.hpp"
#include "sim/graph/models/memory_model.hpp"
#include "sim/graph/news.hpp"
#include "sim/graph/pairs.hpp"
#include "sim/graph/record.hpp"
#include "sim/graph/runner.hpp"
#include "sim/graph/source_races.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class builder : public thread_runner<Model, W> {
    using base = thread_runner<Model, W>;

  public:
    using typename base::graph_type;
    using typename base::set;

  protected:
    using base::assume_dependencies_;
    using base::base;
    using base::blocks;
    using base::graph_;
    using base::initial_;
    using base::program_;
    using base::serial_;
    using base::stopped_;
    using base::threads_;

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
        if (!program_.races_by_source() || !source_races(graph_order(*graph_), program_).find())
            return {};
        return verdict_of_program{violation::data_race, "unordered accesses"};
    }
    // Of an execution that is given up: a round of a loop that found nothing has reads, which may
    // race, and the execution without that round has not.
    std::optional<verdict_of_program> race_in_round() const {
        for (unsigned t = 0; t < threads_.size(); ++t)
            if (graph_->blocked(t) && is_round(graph_->last(t)))
                return holds_at_the_end() ? race_at_the_end() : std::nullopt;
        return {};
    }
    bool is_round(event_id e) const {
        const event_kind kind = (*graph_)[e].what.kind;
        return kind == event_kind::block || kind == event_kind::drop ||
               (kind == event_kind::read && look_may_race(e));
    }
    // Whether the read `e` of an await, which looks until it may go on, can race in a look that is
    // in vain: only with plain data.
    bool look_may_race(event_id e) const {
        const auto plain = [](const label& l) {
            return l.how == mode::plain || l.source == order::plain;
        };
        const location_id l = (*graph_)[e].what.location;
        if (program_.goes_on_after_races() || mutated(mutant::looks_in_vain_unseen)) return false;
        bool found = plain((*graph_)[e].what);
        for (event_id w = newest_write(l); w != initial_write && !found; w = (*graph_)[w].co_prev)
            found = plain((*graph_)[w].what);
        return found;
    }

    // Whether a blocked thread waits for ever: what it read last is the newest there is. If not,
    // the graph stands for no execution of its own: there is another one, in which the thread reads
    // the newer write and goes on. That one is visited too, so this one is dropped.
    bool waits_for_ever(unsigned t) const {
        const event& e = (*graph_)[graph_->last(t)];
        return !(e.what.kind == event_kind::block ? has_news(t, e.what)
                                                  : any_write_since(*graph_, t, e.po));
    }
    bool has_news(unsigned t, const label& block) const {
        const news what = news_of(block);
        if (what == news::any_write) return any_write_since(*graph_, t, block.value);
        return any_value_since(*graph_, t, block.value, what == news::another_value_or_lock,
                               [this](event_id w, location_id l) { return value_of(w, l); });
    }

    // --- consistent ways to add --------------------------------------------------------------
    std::uint64_t value_of(event_id w, location_id l) const {
        return w == initial_write ? initial_[l].initial : (*graph_)[w].value;
    }
    event_id newest_write(location_id l) const {
        const event_id w = graph_->co_last(l);
        return w == no_event ? initial_write : w;
    }
    // Sources and places are asked for from the newest in co downwards. floor() of the model says
    // below which coherence forbids everything, and ends the loop: everything older is forbidden
    // too. The answers in between are asked for one by one. Writes that the read `e`, appended but
    // without rf, may read from. An await that cannot go on is kept only with the newest write:
    // with an older one it could never be completed. Where such a look may race it is taken for
    // that, and given up in the end.
    choice_list sources(event_id e) const {
        choice_list list;
        const location_id l = (*graph_)[e].what.location;
        const unsigned floor = Model::floor(*graph_, e);
        for (event_id w = newest_write(l);; w = (*graph_)[w].co_prev) {
            const bool newest = list.empty() && graph_->co_next(l, w) == no_event;
            if ((newest || !blocks((*graph_)[e].what, value_of(w, l)) || look_may_race(e)) &&
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
            needed += graph_->count(t) > 0 || t == this->current_;
        return needed <= graph_type::capacity;
    }

    // The event is there, with po and its dependencies, and without rf or a place in co: the state
    // in which a model is asked what it may read from, or where it may be written.
    event_id append(unsigned t, const label& l) {
        const event_id e = graph_->append(t, l, ++serial_);
        if (!l.rmw) (*graph_)[e].node = this->asked_at_;
        ++this->events_;
        if constexpr (Model::has_dependencies) {
            // Until its outcome is known, a compare-exchange forbids what both outcomes forbid; of
            // the write half it is known.
            const bool open = l.if_written != mode::plain && !l.rmw;
            const bool acquires = is_acquire(l.if_written) && is_acquire(l.otherwise);
            if (open && !acquires) graph_->set_mode(e, mode::relaxed);
            Model::begin(*graph_, e, l.rmw ? of_read_half(e) : stated(e));
        }
        // What is kept before a write does not depend on its place.
        if (l.kind == event_kind::write) note_kept(e);
        return e;
    }

    // Once more, for a read that is to have another source, or another mode.
    void begin_again(event_id r) {
        graph_->renew(r);
        Model::begin(*graph_, r, stated_dependencies<set>(graph_->rows(r).stated));
    }

    // Of a compare-exchange whose order depends on its outcome, once it reads `value`.
    void settle_mode(event_id r, std::uint64_t value) {
        const label& l = (*graph_)[r].what;
        if (l.if_written == mode::plain) return;
        graph_->set_mode(r, writes(l, value) ? l.if_written : l.otherwise);
        // What later events of the thread inherit was found for another mode.
        if constexpr (Model::has_dependencies) begin_again(r);
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
        note_kept(r);
        // With an older write than the newest, the await waits for something that has come:
        // pointless, but for a race.
        (*graph_)[r].blocked = blocks(l, (*graph_)[r].value);
        if ((*graph_)[r].blocked && graph_->co_next(l.location, w) != no_event && !look_may_race(r))
            return false;
        return no_race(r);
    }

    // The write gets its place right behind `before`. False: inconsistent, or a race.
    bool finish_write(event_id e, event_id before) {
        graph_->place(e, before);
        return Model::add_write(*graph_, e) && no_race(e);
    }

    // The events that the model keeps before `e`, an access whose source, if it is a read, is set:
    // by order in a thread, and by rf between threads. What it keeps must hold in every execution
    // in which reads may have other sources; so an edge of rf counts only if the model says that it
    // keeps the source. Of a read that reads ahead, nothing is known of its source.
    set kept_before(event_id e) const {
        set before = Model::kept_before(*graph_, e);
        const event& ev = (*graph_)[e];
        if (ev.what.kind == event_kind::read && ev.rf < to_come &&
            (*graph_)[ev.rf].thread != ev.thread && Model::keeps_source(*graph_, e))
            before.set(ev.rf);
        return with_all_before(before, [&](event_id b) { return graph_->rows(b).kept; });
    }
    // For those behind it, and for who looks for reads that may be promised a write: no later event
    // changes it.
    void note_kept(event_id e) {
        if constexpr (graph_type::reads_ahead) graph_->rows(e).kept = kept_before(e);
    }

    // Fences, choices, and the events that end a thread's run. They are consistent always.
    bool finish_other(event_id e) {
        graph_->renew(e);
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
        l.barriers = 0;
        l.rmw = true;
        return l;
    }

  private:
    // What the new event `e` depends on, as events.
    stated_dependencies<set> stated(event_id e) const {
        stated_dependencies<set> out;
        const unsigned t = (*graph_)[e].thread;
        const dependencies& now = threads_[t]->stated;
        const auto add = [&](set& to, const read_set& places) {
            if (!places.any()) return;  // as mostly
            places.each([&](unsigned i) {
                if (i < (*graph_)[e].po) to.set(graph_->at(t, i));
            });
        };
        add(out.addr, now.addr);
        add(out.data, now.data);
        add(out.pick, now.pick);
        add(out.ctrl, now.ctrl);
        if (!assume_dependencies_) return out;
        for (unsigned i = 0; i < (*graph_)[e].po; ++i) {
            const event_id r = graph_->at(t, i);
            if ((*graph_)[r].what.kind != event_kind::read) continue;
            out.addr.set(r);
            out.data.set(r);
            out.ctrl.set(r);
        }
        return out;
    }
    // The write half of a read-modify-write depends on what its read half was stated to.
    stated_dependencies<set> of_read_half(event_id e) const {
        return graph_->rows(graph_->po_prev(e)).stated;
    }

    // A race found here ends the execution before it is complete: what comes after it is not
    // defined.
    bool no_race(event_id e) {
        if (program_.goes_on_after_races()) return true;
        const event_id other = Model::race_with(*graph_, e);
        if (other == no_event) return true;
        this->found_in_the_middle(race_between(other, e));
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
