// An execution graph has many orders in which it can be told. This one looks for the cheapest: as
// few switches away from a thread that could go on as possible, and as few reads of what is stale
// by then. It is a shortest path over states "how many events of each thread are done"
// (cheapest_turns()), and gives up, leaving the order as it was, if there are too many of them.
#include "sim/graph/linearize.hpp"

#include <algorithm>

#include "sim/interleaving.hpp"

namespace ringsim::sim::graph {
namespace {

// An execution step by step: reads after what they read, the halves of a read-modify-write
// together. The rules for cheapest_turns(); a state of its search is `done`, so many events of each
// thread.
class graph_turns final : public turn_rules {
  public:
    explicit graph_turns(const recorded_execution& e) : events_(e.events) {
        for (unsigned i = 0; i < events_.size(); ++i) {
            if (events_[i].thread >= threads_.size()) threads_.resize(events_[i].thread + 1u);
            place_.push_back(static_cast<unsigned>(threads_[events_[i].thread].size()));
            threads_[events_[i].thread].push_back(i);
        }
        for (unsigned i = 0; i < events_.size(); ++i)
            if (events_[i].reads_from > i + 1) ahead_ = true;
    }

    // The events in the cheapest order; empty if there are too many states, which grow as the
    // product of the threads' lengths.
    std::vector<unsigned> best() const {
        std::vector<unsigned> lengths;
        for (const auto& t : threads_) lengths.push_back(static_cast<unsigned>(t.size()));
        std::vector<unsigned> order;
        std::vector<unsigned> done(threads_.size(), 0);
        for (const std::size_t t : cheapest_turns(lengths, *this, linearization_states_max))
            order.push_back(threads_[t][done[t]++]);
        return order;
    }

  private:
    using progress = std::span<const unsigned>;

    // The halves of a read-modify-write are told as one step, so nobody comes between them. A read
    // may be told before what it reads only in an execution that cannot be told without.
    bool may_run(progress done, std::size_t last, std::size_t t) const override {
        const recorded_event& e = events_[threads_[t][done[t]]];
        if (reads_ahead(done, e) && !ahead_) return false;
        return t == last || !in_rmw(done, last);
    }

    // What a step adds, given what was told before: one for a preemption, one for a stale read.
    unsigned cost(progress done, std::size_t last, std::size_t t) const override {
        const recorded_event& e = events_[threads_[t][done[t]]];
        const bool begun = std::ranges::any_of(done, [](unsigned n) { return n > 0; });
        const bool preempted = begun && t != last && could_go_on(done, last);
        return preempted + (e.what.kind == event_kind::read && stale(done, e)) +
               (reads_ahead(done, e) ? ahead_cost : 0);
    }

    // Whether what `e` reads from is still to come.
    bool reads_ahead(progress done, const recorded_event& e) const {
        if (e.reads_from == 0) return false;
        const unsigned from = e.reads_from - 1;
        return place_[from] >= done[events_[from].thread];
    }

    // The next event is the second half of a read-modify-write: nothing comes between.
    bool in_rmw(progress done, std::size_t t) const {
        return done[t] < threads_[t].size() && events_[threads_[t][done[t]]].what.rmw;
    }

    // A thread that has ended or waits is left without a preemption.
    bool could_go_on(progress done, std::size_t t) const {
        if (done[t] == threads_[t].size()) return false;
        const label& next = events_[threads_[t][done[t]]].what;
        return !next.await && next.kind != event_kind::block;
    }

    // Whether a write that is told already is newer than the one that was read.
    bool stale(progress done, const recorded_event& read) const {
        const unsigned co = read.reads_from == 0 ? 0 : events_[read.reads_from - 1].co;
        for (std::size_t t = 0; t < threads_.size(); ++t)
            for (unsigned i = 0; i < done[t]; ++i) {
                const recorded_event& w = events_[threads_[t][i]];
                if (w.what.kind == event_kind::write && w.what.location == read.what.location &&
                    w.co > co)
                    return true;
            }
        return false;
    }

    // As few reads as can be are told before what they read: one of them weighs far more than a
    // switch or a stale read.
    static constexpr unsigned ahead_cost = 1000;

    const std::vector<recorded_event>& events_;
    bool ahead_ = false;                          // some must be
    std::vector<std::vector<unsigned>> threads_;  // event numbers, in program order
    std::vector<unsigned> place_;                 // of each event in its thread
};

// Events are numbered by where they stand, so what they refer to is renumbered with them; places in
// co are no numbers of events, and stay.
void reorder(recorded_execution& e, const std::vector<unsigned>& order) {
    std::vector<unsigned> number(e.events.size() + 1, 0);
    for (unsigned i = 0; i < order.size(); ++i) number[order[i] + 1] = i + 1;
    std::vector<recorded_event> events;
    events.reserve(order.size());
    for (unsigned i : order) {
        events.push_back(e.events[i]);
        events.back().reads_from = number[events.back().reads_from];
    }
    e.events = std::move(events);
}

// What the order at hand costs, by the same rules. Counted again, since the order may be the one
// that the execution came with.
execution_cost cost_of(const recorded_execution& e) {
    execution_cost cost;
    cost.events = static_cast<unsigned>(e.events.size());
    for (unsigned i = 0; i < e.events.size(); ++i) {
        const recorded_event& ev = e.events[i];
        if (i > 0 && ev.thread != e.events[i - 1].thread)
            for (unsigned j = i; j < e.events.size(); ++j)
                if (e.events[j].thread == e.events[i - 1].thread) {
                    const label& next = e.events[j].what;
                    if (!next.await && next.kind != event_kind::block) ++cost.preemptions;
                    break;
                }
        if (ev.what.kind != event_kind::read) continue;
        const unsigned co = ev.reads_from == 0 ? 0 : e.events[ev.reads_from - 1].co;
        for (unsigned j = 0; j < i; ++j) {
            const recorded_event& w = e.events[j];
            if (w.what.kind == event_kind::write && w.what.location == ev.what.location &&
                w.co > co) {
                ++cost.stale_reads;
                break;
            }
        }
    }
    return cost;
}

}  // namespace

// Changes the order of the events and what refers to it, nothing else: the same graph is told in
// another way.
execution_cost linearize(recorded_execution& e) {
    if (e.events.empty()) return {};
    const std::vector<unsigned> order = graph_turns(e).best();
    if (!order.empty()) reorder(e, order);
    return cost_of(e);
}

}  // namespace ringsim::sim::graph
