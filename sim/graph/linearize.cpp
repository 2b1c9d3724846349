#include "sim/graph/linearize.hpp"

#include <algorithm>
#include <limits>

namespace ringsim::sim::graph {
namespace {

constexpr unsigned unreached = std::numeric_limits<unsigned>::max();

// Shortest path over states (how far each thread is, which thread ran last).
class shortest_order {
  public:
    explicit shortest_order(const recorded_execution& e) : events_(e.events) {
        for (unsigned i = 0; i < events_.size(); ++i) {
            if (events_[i].thread >= threads_.size()) threads_.resize(events_[i].thread + 1u);
            place_.push_back(static_cast<unsigned>(threads_[events_[i].thread].size()));
            threads_[events_[i].thread].push_back(i);
        }
        states_ = threads_.size();
        for (const auto& t : threads_) {
            stride_.push_back(states_);
            states_ *= t.size() + 1;
            if (states_ > linearization_states_max) break;
        }
    }

    bool small_enough() const { return states_ <= linearization_states_max; }

    std::vector<unsigned> find() {
        best_.assign(states_, unreached);
        from_.assign(states_, 0);
        // States are visited in the order of their index, which grows along every step.
        for (std::size_t t = 0; t < threads_.size(); ++t) best_[t] = 0;
        std::vector<unsigned> at(threads_.size());
        for (std::size_t s = 0; s < states_; ++s) {
            if (best_[s] == unreached) continue;
            for (std::size_t t = 0; t < threads_.size(); ++t)
                at[t] = static_cast<unsigned>(s / stride_[t] % (threads_[t].size() + 1));
            const std::size_t last = s % threads_.size();
            for (std::size_t t = 0; t < threads_.size(); ++t) step(s, at, last, t);
        }
        return walk_back();
    }

  private:
    void step(std::size_t s, const std::vector<unsigned>& at, std::size_t last, std::size_t t) {
        if (at[t] == threads_[t].size()) return;
        const recorded_event& e = events_[threads_[t][at[t]]];
        if (e.reads_from != 0 && !done(at, e.reads_from - 1)) return;
        if (t != last && in_rmw(at, last)) return;
        unsigned cost = best_[s];
        const bool begun = std::ranges::any_of(at, [](unsigned n) { return n > 0; });
        if (begun && t != last && could_go_on(at, last)) ++cost;
        if (e.what.kind == event_kind::read && stale(at, e)) ++cost;
        const std::size_t next = s - last + t + stride_[t];
        if (cost < best_[next]) {
            best_[next] = cost;
            from_[next] = s;
        }
    }

    bool done(const std::vector<unsigned>& at, unsigned event) const {
        return place_[event] < at[events_[event].thread];
    }

    // The next event is the second half of a read-modify-write: nothing comes between.
    bool in_rmw(const std::vector<unsigned>& at, std::size_t t) const {
        return at[t] < threads_[t].size() && events_[threads_[t][at[t]]].what.rmw;
    }

    // A thread that has ended or waits is left without a preemption.
    bool could_go_on(const std::vector<unsigned>& at, std::size_t t) const {
        if (at[t] == threads_[t].size()) return false;
        const label& next = events_[threads_[t][at[t]]].what;
        return !next.await && next.kind != event_kind::block;
    }

    bool stale(const std::vector<unsigned>& at, const recorded_event& read) const {
        const unsigned co = read.reads_from == 0 ? 0 : events_[read.reads_from - 1].co;
        for (std::size_t t = 0; t < threads_.size(); ++t)
            for (unsigned i = 0; i < at[t]; ++i) {
                const recorded_event& w = events_[threads_[t][i]];
                if (w.what.kind == event_kind::write && w.what.location == read.what.location &&
                    w.co > co)
                    return true;
            }
        return false;
    }

    std::vector<unsigned> walk_back() const {
        // Of equally good orders one that ends with the last thread: readers of a trace expect the
        // first thread to begin.
        std::size_t s = states_ - threads_.size();
        for (std::size_t t = 0; t < threads_.size(); ++t)
            if (best_[states_ - threads_.size() + t] <= best_[s]) s = states_ - threads_.size() + t;
        std::vector<unsigned> order;
        while (s >= threads_.size()) {
            const std::size_t t = s % threads_.size();
            order.push_back(threads_[t][s / stride_[t] % (threads_[t].size() + 1) - 1]);
            s = from_[s];
        }
        std::ranges::reverse(order);
        return order;
    }

    const std::vector<recorded_event>& events_;
    std::vector<std::vector<unsigned>> threads_;  // event numbers, in program order
    std::vector<unsigned> place_;                 // of each event in its thread
    std::vector<std::size_t> stride_;
    std::size_t states_ = 0;
    std::vector<unsigned> best_;
    std::vector<std::size_t> from_;
};

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

execution_cost linearize(recorded_execution& e) {
    if (e.events.empty()) return {};
    shortest_order search(e);
    if (search.small_enough()) reorder(e, search.find());
    return cost_of(e);
}

}  // namespace ringsim::sim::graph
