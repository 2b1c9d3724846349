// An execution graph has many orders in which it can be told. This one looks for the cheapest: as
// few switches away from a thread that could go on as possible, and as few reads of what is stale
// by then. It is a shortest path over states "how many events of each thread are done"
// (cheapest_turns()), and gives up, leaving the order as it was, if there are too many of them.
//
// An execution that is an interleaving is told as one, however many switches that takes: a stale
// read says of a model that it allows more. And where coherence allows it, writes are told in its
// order: what reads the trace may rely on it.
#include "sim/graph/linearize.hpp"

#include <algorithm>

#include "sim/interleaving.hpp"

namespace ringsim::sim::graph {
namespace {

// What an order is like that an execution is told in.
enum class telling : std::uint8_t {
    interleaved,   // every read returns the newest value, and writes are in the order of coherence
    in_coherence,  // writes are
    any,
};

// An execution step by step: reads after what they read, the halves of a read-modify-write
// together. The rules for cheapest_turns(); a state of its search is `done`, so many events of each
// thread.
class graph_turns final : public turn_rules {
  public:
    graph_turns(const recorded_execution& e, telling how) : events_(e.events) {
        for (unsigned i = 0; i < events_.size(); ++i) {
            if (events_[i].thread >= threads_.size()) threads_.resize(events_[i].thread + 1u);
            place_.push_back(static_cast<unsigned>(threads_[events_[i].thread].size()));
            threads_[events_[i].thread].push_back(i);
        }
        for (unsigned i = 0; i < events_.size(); ++i)
            if (events_[i].reads_from > i + 1) ahead_ = true;
        before_.assign(events_.size(), std::vector<unsigned>(threads_.size(), 0));
        if (how == telling::any) return;
        for (unsigned i = 0; i < events_.size(); ++i) relate(i, how);
        // Nobody comes between the halves, so what comes before the second one comes before both.
        for (unsigned i = 0; i < events_.size(); ++i)
            if (events_[i].what.rmw) {
                const unsigned t = events_[i].thread;
                const unsigned first = threads_[t][place_[i] - 1];
                for (unsigned u = 0; u < threads_.size(); ++u)
                    if (u != t) before_[first][u] = std::max(before_[first][u], before_[i][u]);
            }
    }

    // The events in the cheapest order; empty if there are too many states, which grow as the
    // product of the threads' lengths, or if there is no such order.
    std::vector<unsigned> best() const {
        std::vector<unsigned> lengths;
        for (const auto& t : threads_) lengths.push_back(static_cast<unsigned>(t.size()));
        std::vector<unsigned> order;
        std::vector<unsigned> done(threads_.size(), 0);
        for (const std::size_t t : cheapest_turns(lengths, *this, linearization_states_max))
            order.push_back(threads_[t][done[t]++]);
        return order;
    }

    // The events in an order of few switches; empty if there is none. With `interleaved`, where all
    // that must come before an event is known, no step leads astray.
    std::vector<unsigned> any_order() const {
        std::vector<unsigned> order;
        std::vector<unsigned> done(threads_.size(), 0);
        std::size_t last = 0;
        while (order.size() < events_.size()) {
            std::size_t next = threads_.size();
            for (std::size_t turn = 0; turn <= threads_.size() && next == threads_.size(); ++turn) {
                const std::size_t t = turn == 0 ? last : turn - 1;
                if (done[t] < threads_[t].size() && may_run(done, last, t)) next = t;
            }
            if (next == threads_.size()) return {};
            last = next;
            order.push_back(threads_[next][done[next]++]);
        }
        return order;
    }

    // Whether some reads must be told before what they read.
    bool reads_ahead() const { return ahead_; }

  private:
    using progress = std::span<const unsigned>;

    // Which events must be told before a write: those before it in coherence, and the reads that it
    // would make stale.
    void relate(unsigned i, telling how) {
        const recorded_event& w = events_[i];
        if (w.what.kind != event_kind::write) return;
        for (unsigned j = 0; j < events_.size(); ++j) {
            const recorded_event& e = events_[j];
            const bool reads = e.what.kind == event_kind::read;
            if (e.thread == w.thread || e.what.location != w.what.location ||
                !(e.what.kind == event_kind::write || (reads && how == telling::interleaved)))
                continue;
            const unsigned co = reads ? co_read_by(e) : e.co;
            if (co < w.co) before_[i][e.thread] = std::max(before_[i][e.thread], place_[j] + 1);
        }
    }
    unsigned co_read_by(const recorded_event& read) const {
        return read.reads_from == 0 ? 0 : events_[read.reads_from - 1].co;
    }

    // The halves of a read-modify-write are told as one step, so nobody comes between them. A read
    // may be told before what it reads only in an execution that cannot be told without.
    bool may_run(progress done, std::size_t last, std::size_t t) const override {
        const unsigned i = threads_[t][done[t]];
        if (reads_ahead(done, events_[i]) && !ahead_) return false;
        for (std::size_t u = 0; u < threads_.size(); ++u)
            if (done[u] < before_[i][u]) return false;
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
        const unsigned co = co_read_by(read);
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
    std::vector<std::vector<unsigned>> before_;   // of each event, how many of each thread must be
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
    for (const telling how : {telling::interleaved, telling::in_coherence, telling::any}) {
        const graph_turns turns(e, how);
        // An execution with a cycle in po | rf is no interleaving, and its reads ahead count first.
        if (turns.reads_ahead() && how != telling::any) continue;
        std::vector<unsigned> order = turns.best();
        if (order.empty() && how == telling::interleaved) order = turns.any_order();
        if (order.empty()) continue;
        reorder(e, order);
        break;
    }
    return cost_of(e);
}

}  // namespace ringsim::sim::graph
