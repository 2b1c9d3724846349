#include "sim/trace_order.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/interleaving.hpp"

namespace ringsim::sim {
namespace {

constexpr std::uint32_t stale_cost = 1000;        // of a stale read, in switches
constexpr std::uint32_t fenced_stale_cost = 500;  // in addition, right behind a full barrier

bool on_edge_or_lock(const trace_step& s) {
    switch (s.kind) {
        case step_kind::lock:
        case step_kind::unlock:
        case step_kind::set:
        case step_kind::take:
        case step_kind::asleep:
        case step_kind::stuck:
            return true;
        default:
            return false;
    }
}

bool in_total_order(const trace_step& s) {
    return s.how == order::seq_cst || is_full_barrier(s);
}

std::uint32_t find_root(std::vector<std::uint32_t>& parent, std::uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

class sequencer final : public turn_rules {
  public:
    explicit sequencer(const trace& t) : t_(t), location_(locations(t)) {
        for (std::uint32_t i = 0; i < t.steps.size(); ++i) {
            position_.push_back(static_cast<std::uint32_t>(of_thread(i).size()));
            of_thread(i).push_back(i);
        }
        before_.resize(t.steps.size());
        newer_.resize(t.steps.size());
        for (std::uint32_t i = 0; i < t.steps.size(); ++i) relate(i);
    }

    // The order, as indices into the trace; empty if there are too many states.
    std::vector<std::uint32_t> best() const {
        std::vector<unsigned> lengths;
        for (const auto& steps : threads_) lengths.push_back(static_cast<unsigned>(steps.size()));
        std::vector<std::uint32_t> order;
        std::vector<unsigned> done(threads_.size(), 0);
        for (const std::size_t t : cheapest_turns(lengths, *this, sequencing_states_max))
            order.push_back(threads_[t][done[t]++]);
        return order;
    }

    bool writes_in_coherence_order() const { return in_coherence_order_; }

  private:
    static constexpr std::uint32_t nowhere = UINT32_MAX;
    using progress = std::span<const unsigned>;

    std::vector<std::uint32_t>& of_thread(std::uint32_t i) {
        const std::size_t thread = t_.steps[i].thread;
        if (threads_.size() <= thread) threads_.resize(thread + 1);
        return threads_[thread];
    }

    // What must come before step `i`, and which writes make it a stale read.
    void relate(std::uint32_t i) {
        const trace_step& s = t_.steps[i];
        const std::size_t threads = threads_.size();
        before_[i].assign(threads, 0);
        newer_[i].assign(threads, nowhere);
        const std::uint32_t from = s.reads_from == 0 ? 0 : t_.steps[s.reads_from - 1].coherence;
        for (std::uint32_t j = 0; j < t_.steps.size(); ++j) {
            const trace_step& other = t_.steps[j];
            if (j == i || other.thread == s.thread) continue;
            const bool same = location_[i] == location_[j];
            if (same && reads(s) && writes(other) && other.coherence > from)
                newer_[i][other.thread] = std::min(newer_[i][other.thread], position_[j]);
            if (j > i) {
                if (same && writes(s) && writes(other) && other.coherence < s.coherence)
                    in_coherence_order_ = false;
                continue;
            }
            const bool must = s.reads_from == j + 1 || (same && writes(s) && writes(other)) ||
                              (same && on_edge_or_lock(s) && on_edge_or_lock(other)) ||
                              (in_total_order(s) && in_total_order(other)) ||
                              (t_.at_step == i + 1 && t_.at_step == t_.steps.size());
            if (must)
                before_[i][other.thread] = std::max(before_[i][other.thread], position_[j] + 1);
        }
    }

    bool may_run(progress done, std::size_t, std::size_t t) const override {
        const std::uint32_t step = threads_[t][done[t]];
        for (std::size_t u = 0; u < threads_.size(); ++u)
            if (done[u] < before_[step][u]) return false;
        return true;
    }

    unsigned cost(progress done, std::size_t last, std::size_t t) const override {
        return stale_cost_of(done, threads_[t][done[t]]) + (t == last ? 0 : 1);
    }

    std::uint32_t stale_cost_of(progress done, std::uint32_t step) const {
        for (std::size_t u = 0; u < threads_.size(); ++u)
            if (newer_[step][u] != nowhere && done[u] > newer_[step][u])
                return stale_cost + (behind_barrier(step) ? fenced_stale_cost : 0);
        return 0;
    }

    // A full barrier lies between the thread's latest write and this read. A stale read there is
    // possible, but hard to believe: prefer to tell it the other way round.
    bool behind_barrier(std::uint32_t step) const {
        const auto& mine = threads_[t_.steps[step].thread];
        for (std::size_t p = position_[step]; p-- > 0;) {
            const trace_step& s = t_.steps[mine[p]];
            if (is_full_barrier(s)) return true;
            if (s.kind == step_kind::store && s.how != order::plain) return false;
        }
        return false;
    }

    const trace& t_;
    std::vector<std::uint32_t> location_;
    std::vector<std::vector<std::uint32_t>> threads_;  // steps of each thread, in program order
    std::vector<std::uint32_t> position_;              // of each step in its thread
    std::vector<std::vector<std::uint32_t>> before_;   // [step][thread]: how many must be done
    std::vector<std::vector<std::uint32_t>> newer_;    // [step][thread]: first newer write
    bool in_coherence_order_ = true;
};

// Computes which reads are stale in the order of the steps.
void find_missed(trace& t) {
    const auto location = locations(t);
    for (std::uint32_t i = 0; i < t.steps.size(); ++i) {
        trace_step& s = t.steps[i];
        s.missed = 0;
        if (s.kind != step_kind::load) continue;
        const std::uint32_t from = s.reads_from == 0 ? 0 : t.steps[s.reads_from - 1].coherence;
        for (std::uint32_t j = 0; j < i; ++j)
            if (location[j] == location[i] && writes(t.steps[j]) && t.steps[j].coherence > from)
                s.missed = j + 1;
    }
}

}  // namespace

bool reads(const trace_step& s) {
    return s.kind == step_kind::load || s.kind == step_kind::rmw || s.kind == step_kind::take ||
           s.kind == step_kind::asleep;
}

bool writes(const trace_step& s) {
    return s.kind == step_kind::store || s.kind == step_kind::rmw || s.kind == step_kind::set ||
           s.kind == step_kind::take;
}

bool is_full_barrier(const trace_step& s) {
    return s.how == order::full || (s.kind == step_kind::fence && s.how == order::seq_cst);
}

std::vector<std::uint32_t> locations(const trace& t) {
    std::vector<std::uint32_t> parent(t.steps.size());
    std::iota(parent.begin(), parent.end(), 0u);
    std::map<std::pair<std::string_view, std::uint64_t>, std::uint32_t> first;
    std::map<std::uint32_t, std::uint32_t> numbered;
    for (std::uint32_t i = 0; i < t.steps.size(); ++i) {
        const trace_step& s = t.steps[i];
        if (s.word.empty()) continue;
        if (s.location != 0) {
            const auto [same, is_new] = numbered.try_emplace(s.location, i);
            if (!is_new) parent[find_root(parent, i)] = find_root(parent, same->second);
            continue;
        }
        const auto [known, is_new] = first.try_emplace({s.word, s.note}, i);
        if (!is_new) parent[find_root(parent, i)] = find_root(parent, known->second);
        if (s.reads_from != 0 && t.steps[s.reads_from - 1].word == s.word)
            parent[find_root(parent, i)] = find_root(parent, s.reads_from - 1);
    }
    for (std::uint32_t i = 0; i < t.steps.size(); ++i) parent[i] = find_root(parent, i);
    return parent;
}

trace sequenced(const trace& t) {
    trace out = t;
    if (t.steps.empty()) return out;
    sequencer s(t);
    const auto sequence = s.writes_in_coherence_order() ? s.best() : std::vector<std::uint32_t>{};
    if (!sequence.empty()) {
        std::vector<std::uint32_t> number(t.steps.size() + 1, 0);
        for (std::uint32_t i = 0; i < sequence.size(); ++i) number[sequence[i] + 1] = i + 1;
        for (std::uint32_t i = 0; i < sequence.size(); ++i) {
            out.steps[i] = t.steps[sequence[i]];
            out.steps[i].reads_from = number[out.steps[i].reads_from];
        }
        out.at_step = number[t.at_step];
        out.races_with = number[t.races_with];
        if (out.races_with > out.at_step) std::swap(out.races_with, out.at_step);
    }
    find_missed(out);
    return out;
}

}  // namespace ringsim::sim
