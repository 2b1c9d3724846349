#include "sim/trace_explain.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/trace_order.hpp"

namespace ringsim::sim {
namespace {

constexpr std::size_t cycle_threads_max = 4;
constexpr std::size_t steps_max = 400;  // of a trace that is searched for a cycle

bool is_acquire(order o) {
    return o == order::acquire || o == order::acq_rel || o == order::seq_cst || o == order::full;
}
bool is_release(order o) {
    return o == order::release || o == order::acq_rel || o == order::seq_cst || o == order::full;
}
bool is_access(const trace_step& s) {
    return s.kind == step_kind::load || s.kind == step_kind::store || s.kind == step_kind::rmw;
}

struct link {
    std::uint32_t to;
    communication by;
};

// Communication between threads: links_[i] are the steps that step i precedes.
std::vector<std::vector<link>> communications(const trace& t) {
    const auto location = locations(t);
    std::vector<std::vector<link>> links(t.steps.size());
    for (std::uint32_t i = 0; i < t.steps.size(); ++i)
        for (std::uint32_t j = 0; j < t.steps.size(); ++j) {
            const trace_step& a = t.steps[i];
            const trace_step& b = t.steps[j];
            if (a.thread == b.thread || location[i] != location[j]) continue;
            if (!is_access(a) || !is_access(b)) continue;
            const std::uint32_t a_reads =
                a.reads_from == 0 ? 0 : t.steps[a.reads_from - 1].coherence;
            if (reads(b) && b.reads_from == i + 1)
                links[i].push_back({j, communication::rf});
            else if (writes(a) && writes(b) && a.coherence < b.coherence)
                links[i].push_back({j, communication::co});
            else if (reads(a) && writes(b) && b.coherence > a_reads)
                links[i].push_back({j, communication::fr});
        }
    return links;
}

bool reads_ahead(const trace& t) {
    for (std::uint32_t i = 0; i < t.steps.size(); ++i)
        if (t.steps[i].reads_from > i + 1) return true;
    return false;
}

class cycle_finder {
  public:
    cycle_finder(const trace& t, std::vector<std::vector<link>> links)
        : t_(t), links_(std::move(links)) {}

    std::optional<critical_cycle> smallest() {
        for (std::size_t threads = 2; threads <= cycle_threads_max && !found_; ++threads) {
            limit_ = threads;
            for (std::uint32_t start = 0; start < t_.steps.size(); ++start) {
                start_ = start;
                path_.clear();
                extend(start, 0);
            }
        }
        return found_;
    }

  private:
    // `entry` is where the cycle enters a thread; tries every exit behind it.
    void extend(std::uint32_t entry, std::uint64_t span) {
        const unsigned thread = t_.steps[entry].thread;
        for (std::uint32_t exit = entry; exit < t_.steps.size(); ++exit) {
            if (t_.steps[exit].thread != thread) continue;
            const std::uint64_t now = span + (exit - entry);
            if (found_ && now > best_span_) return;
            for (const link& l : links_[exit]) {
                path_.push_back({entry + 1, exit + 1, l.by, false, false});
                follow(l, now);
                path_.pop_back();
            }
        }
    }

    void follow(const link& l, std::uint64_t span) {
        if (l.to == start_) {
            if (path_.size() == limit_) keep(span);
            return;
        }
        // Each thread is entered once; the first edge is the one with the lowest step.
        if (path_.size() == limit_ || l.to < start_) return;
        for (const cycle_edge& e : path_)
            if (t_.steps[e.from - 1].thread == t_.steps[l.to].thread) return;
        extend(l.to, span);
    }

    // Later cycles win over equally small ones: what went wrong shows at the end.
    void keep(std::uint64_t span) {
        if (found_ && span > best_span_) return;
        const bool real = std::ranges::any_of(path_, [](const auto& e) { return e.from != e.to; });
        if (!real) return;
        best_span_ = span;
        critical_cycle c{path_};
        for (std::size_t i = 0; i < c.edges.size(); ++i) {
            const communication into = c.edges[(i + c.edges.size() - 1) % c.edges.size()].leaves_by;
            c.edges[i].enters_at_write = into != communication::rf;
            c.edges[i].leaves_at_write = c.edges[i].leaves_by != communication::fr;
        }
        found_ = std::move(c);
    }

    const trace& t_;
    std::vector<std::vector<link>> links_;
    std::size_t limit_ = 2;
    std::uint32_t start_ = 0;
    std::vector<cycle_edge> path_;
    std::uint64_t best_span_ = std::numeric_limits<std::uint64_t>::max();
    std::optional<critical_cycle> found_;
};

// Whether a fence of this order keeps an earlier access before a later one.
bool fence_orders(order o, bool first_writes, bool second_writes) {
    switch (o) {
        case order::acquire:
            return !first_writes;
        case order::release:
            return second_writes;
        case order::acq_rel:
            return !first_writes || second_writes;
        case order::seq_cst:
        case order::full:
            return true;
        default:
            return false;
    }
}

// The step, or a fence before it in its thread, makes a release (or acquire) of it.
bool releases(const trace& t, std::uint32_t step) {
    const trace_step& s = t.steps[step - 1];
    if (is_release(s.how)) return true;
    for (std::uint32_t i = 0; i + 1 < step; ++i)
        if (t.steps[i].thread == s.thread && t.steps[i].kind == step_kind::fence &&
            is_release(t.steps[i].how))
            return true;
    return false;
}
bool acquires(const trace& t, std::uint32_t step, std::uint32_t before) {
    const trace_step& s = t.steps[step - 1];
    if (is_acquire(s.how)) return true;
    for (std::uint32_t i = step; i + 1 < before; ++i)
        if (t.steps[i].thread == s.thread && t.steps[i].kind == step_kind::fence &&
            is_acquire(t.steps[i].how))
            return true;
    return false;
}

}  // namespace

std::string_view critical_cycle::shape() const {
    if (edges.size() != 2) return "";
    const auto kind = [](const cycle_edge& e) {
        return (e.enters_at_write ? 2 : 0) + (e.leaves_at_write ? 1 : 0);
    };
    enum { rr = 0, rw = 1, wr = 2, ww = 3 };
    const auto is = [&](int a, int b) {
        return (kind(edges[0]) == a && kind(edges[1]) == b) ||
               (kind(edges[0]) == b && kind(edges[1]) == a);
    };
    if (edges[0].from == edges[0].to || edges[1].from == edges[1].to) return "";
    if (is(wr, wr)) return "SB";
    if (is(ww, rr)) return "MP";
    if (is(rw, rw)) return "LB";
    if (is(ww, ww)) return "2+2W";
    if (is(ww, wr)) return "R";
    if (is(ww, rw)) return "S";
    return "";
}

std::optional<critical_cycle> find_cycle(const trace& t) {
    if (t.steps.size() > steps_max) return std::nullopt;
    auto links = communications(t);
    // Where a read is ahead of its write there is a cycle in po | rf, and that is what is unusual:
    // a smaller one, with reads that are merely old, may be nothing that the execution needs.
    if (reads_ahead(t)) {
        auto only_rf = links;
        for (auto& from : only_rf)
            std::erase_if(from, [](const link& l) { return l.by != communication::rf; });
        if (auto found = cycle_finder(t, std::move(only_rf)).smallest()) return found;
    }
    return cycle_finder(t, std::move(links)).smallest();
}

edge_ordering ordering_of(const trace& t, const cycle_edge& edge) {
    const trace_step& first = t.steps[edge.from - 1];
    const trace_step& second = t.steps[edge.to - 1];
    if (is_full_barrier(first)) return {ordering::full_barrier, edge.from};
    if (is_full_barrier(second)) return {ordering::full_barrier, edge.to};
    edge_ordering weaker{};
    for (std::uint32_t i = edge.from + 1; i < edge.to; ++i) {
        const trace_step& between = t.steps[i - 1];
        if (between.thread != first.thread) continue;
        if (is_full_barrier(between)) return {ordering::full_barrier, i};
        if (between.kind == step_kind::fence &&
            fence_orders(between.how, edge.enters_at_write, edge.leaves_at_write))
            weaker = {ordering::fence, i};
    }
    if (weaker.is != ordering::nothing) return weaker;
    if (!edge.enters_at_write && is_acquire(first.how)) return {ordering::acquire, edge.from};
    if (edge.leaves_at_write && is_release(second.how)) return {ordering::release, edge.to};
    if (first.how == order::seq_cst && second.how == order::seq_cst)
        return {ordering::both_seq_cst, edge.from};
    return {};
}

std::optional<race_explanation> explain_race(const trace& t) {
    if (t.at_step == 0 || t.at_step > t.steps.size()) return std::nullopt;
    const auto location = locations(t);
    const trace_step& last = t.steps[t.at_step - 1];
    race_explanation race;
    race.second = t.at_step;
    race.first = t.races_with;
    for (std::uint32_t i = 1; i < t.at_step && t.races_with == 0; ++i) {
        const trace_step& s = t.steps[i - 1];
        if (s.thread != last.thread && location[i - 1] == location[t.at_step - 1] && is_access(s) &&
            (writes(s) || writes(last)))
            race.first = i;
    }
    if (race.first == 0) return std::nullopt;
    // The latest message from the one thread to the other between the two accesses.
    for (std::uint32_t r = 1; r < race.second; ++r) {
        const trace_step& s = t.steps[r - 1];
        const std::uint32_t w = s.reads_from;
        if (s.thread != last.thread || w <= race.first || s.how == order::plain) continue;
        if (t.steps[w - 1].thread != t.steps[race.first - 1].thread) continue;
        race.write = w;
        race.read = r;
    }
    if (race.write != 0) {
        race.write_releases = releases(t, race.write);
        race.read_acquires = acquires(t, race.read, race.second);
    }
    return race;
}

}  // namespace ringsim::sim
