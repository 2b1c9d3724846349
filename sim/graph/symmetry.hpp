// Threads that do the same: of executions that differ only in which of them does what, one is
// visited.
//
// Kokologiannakis, Marmanis and Vafeiadis, "SPORE: combining symmetry and partial order reduction",
// PLDI 2024, is where the idea comes from that makes this fit the search: an event of a thread
// needs the event at the same place of the twin before it, as it needs those before it by po | rf.
// So it is taken back with that event, and never revisits it.
//
// Twins go the same way until one of them gets another outcome: reads from another write, or has
// another place in co. There, the twin before must have the older one in co. Of k threads, all
// orders of outcomes but one are left out by that.
//
// That is complete as long as what needs the event of a twin has not got an older outcome than it.
// Under a model in which co may go against po | rf, it may; then the two orders contradict each
// other, `told_apart_` is set, and the search has to begin again without symmetry. (Take the
// smallest execution that has no visited counterpart, and out of it an event that nothing needs.
// What is left has a visited counterpart. The event can be put back, at its place in the order of
// twins, unless it needs one that is to come behind it.)
//
// Models that read ahead have cycles in po | rf, and no symmetry here.
#pragma once

#include <array>
#include <vector>

#include "sim/graph/repeating.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class symmetric_builder : public repeating_builder<Model, W> {
    using base = repeating_builder<Model, W>;

  protected:
    using base::graph_;
    using base::threads_;
    using typename base::graph_type;
    using typename base::set;

    symmetric_builder(program& p, const std::vector<location_info>& locations, bool wanted)
        : base(p, locations) {
        twins_.assign(p.thread_count(), no_thread);
        for (unsigned t = 0; wanted && !graph_type::reads_ahead && t < p.thread_count(); ++t) {
            twins_[t] = static_cast<std::uint8_t>(p.twin_before(t));
            symmetric_ = symmetric_ || twins_[t] != no_thread;
        }
    }

    // As of the builder, for threads some of which may be twins. False also: another order of twins
    // is the one that is visited.

    event_id append(unsigned t, const label& l) {
        const event_id e = base::append(t, l);
        if (symmetric_) put_behind_twin(e);
        return e;
    }
    void forget_rf(event_id r) {
        graph_->forget_rf(r);
        if constexpr (Model::adds_to_begin) this->begin_again(r);
        (*graph_)[r].twin = no_thread;
        if (symmetric_) put_behind_twin(r);
    }
    bool finish_read(event_id r, event_id w) {
        return (!symmetric_ || in_order(r, w)) && base::finish_read(r, w);
    }
    bool finish_write(event_id e, event_id before) {
        return (!symmetric_ || in_order(e, before)) && base::finish_write(e, before);
    }
    bool finish_other(event_id e) {
        return (!symmetric_ || in_order(e, no_event)) && base::finish_other(e);
    }

    // Of a finished graph: how many executions are the same as it but for the order of twins.
    std::uint64_t stands_for() const {
        if (!symmetric_) return 1;
        std::uint64_t orders = 1;  // of all twins
        std::uint64_t same = 1;    // of those that do the same throughout
        std::array<unsigned, graph_threads_max> twin, alike;
        twin.fill(1);
        alike.fill(1);
        for (unsigned t = 0; t < twins_.size(); ++t) {
            if (twins_[t] == no_thread) continue;
            orders *= twin[t] = twin[twins_[t]] + 1;
            const unsigned c = like_to_the_end(t);
            if (c != no_thread) same *= alike[t] = alike[c] + 1;
        }
        return orders / same;
    }

    bool told_apart_ = false;  // threads that were said to be twins are none, or the orders clash

  private:
    // The nearest thread before the one of `e` that did the same up to `e`.
    unsigned like_before(event_id e) const {
        const event& ev = (*graph_)[e];
        return ev.po == 0 ? twins_[ev.thread] : (*graph_)[graph_->po_prev(e)].twin;
    }
    // The same of the whole thread.
    unsigned like_to_the_end(unsigned t) const {
        const event_id e = graph_->last(t);
        const unsigned c = e == no_event ? twins_[t] : (*graph_)[e].twin;
        return c != no_thread && graph_->count(c) == graph_->count(t) ? c : no_thread;
    }

    // The twin comes first, for threads are tried in their order, and it asks for the same.
    void put_behind_twin(event_id e) {
        const unsigned c = like_before(e);
        if (c == no_thread) return;
        const event& ev = (*graph_)[e];
        const unsigned po = ev.po;
        if (graph_->count(c) <= po || !asks_the_same((*graph_)[graph_->at(c, po)], ev)) {
            told_apart_ = true;
            return;
        }
        if (mutated(mutant::symmetry_without_prefix)) return;
        // Both halves of a read-modify-write.
        const event& theirs = (*graph_)[graph_->at(c, po)];
        const bool writes = theirs.what.kind == event_kind::read && base::wants_write_half(theirs);
        graph_->put_behind(e, graph_->at(c, writes ? po + 1 : po));
    }

    bool asks_the_same(const event& before, const event& now) const {
        label l = before.what;
        if (l.location != now.what.location &&
            this->program_.is_the_same_to_twins(l.location, before.thread, now.what.location,
                                                now.thread))
            l.location = now.what.location;
        return same_request(l, now.what);
    }

    // `e` is to read from `w`, or to be placed behind it, or has its value. Finds out which thread
    // it is still the same as.
    bool in_order(event_id e, event_id w) {
        event& ev = (*graph_)[e];
        for (unsigned c = like_before(e); c != no_thread && !told_apart_;) {
            const event_id other = graph_->at(c, ev.po);
            switch (outcome_of(e, w, other)) {
                case outcome::same:
                    ev.twin = static_cast<std::uint8_t>(c);
                    return true;
                case outcome::older:
                    told_apart_ = ev.what.kind == event_kind::read && w != initial_write &&
                                  graph_->prefix(w).test(other) &&
                                  !mutated(mutant::symmetry_against_prefix);
                    return false;
                default:
                    c = like_before(other);
            }
        }
        return !told_apart_;
    }

    enum class outcome : std::uint8_t { same, older, newer };
    // What `e` gets as in_order() says, against what `other` has.
    outcome outcome_of(event_id e, event_id w, event_id other) {
        const event& ev = (*graph_)[e];
        const event& theirs = (*graph_)[other];
        const bool reads = ev.what.kind == event_kind::read;
        if (theirs.what.location != ev.what.location) {  // of a place of its own there is no order
            const std::uint64_t value = reads ? this->value_of(w, ev.what.location) : ev.value;
            told_apart_ = this->program_.value_to_twins(theirs.what.location, theirs.value) !=
                          this->program_.value_to_twins(ev.what.location, value);
            return outcome::same;
        }
        const auto in_order = [](auto mine, auto its) {
            return mine < its ? outcome::older : outcome::newer;
        };
        switch (ev.what.kind) {
            case event_kind::read:
                if (theirs.rf == w) return outcome::same;
                return in_order(graph_->co_index(w), graph_->co_index(theirs.rf));
            case event_kind::write:
                return in_order(graph_->co_index(w), graph_->co_index(other));
            // The first way is the one that a search takes when in doubt.
            case event_kind::choice:
                if (theirs.value == ev.value) return outcome::same;
                return in_order(theirs.value, ev.value);
            default:
                return outcome::same;
        }
    }

    std::vector<std::uint8_t> twins_;
    bool symmetric_ = false;
};

}  // namespace ringsim::sim::graph
