#include "page/hidden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "scenarios/render/report.hpp"
#include "sim/trace_explain.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::page {
namespace {

using sim::trace;
using sim::trace_step;

// Beyond so many steps the way from a store to a read is not looked for.
constexpr std::size_t steps_max = 200;
// What nothing orders counts as much longer: where the model has an ordered way, that is told.
constexpr unsigned unordered_cost = 100;

enum class relation : std::uint8_t { none, po, rf, co, fr };

constexpr std::string_view relation_names[] = {"", "po", "rf", "co", "fr"};

// The steps so far and the read as one more, with the edges that no sequential execution closes to
// a cycle.
class relations {
  public:
    relations(const trace& so_far, const trace_step& read) : t_(so_far) {
        t_.steps.push_back(read);
    }

    // The cheapest way from step `from` to the read, as nodes; empty if there is none.
    struct hop {
        std::uint32_t to;
        relation by;
        bool ordered;  // if it is po: by a barrier, an acquire, a release
    };
    std::vector<hop> way_from(std::uint32_t from) const {
        const auto n = static_cast<std::uint32_t>(t_.steps.size());
        constexpr unsigned far = std::numeric_limits<unsigned>::max();
        std::vector<unsigned> cost(n, far);
        std::vector<hop> back(n, {n, relation::none, true});
        std::vector<bool> done(n, false);
        cost[from] = 0;
        for (;;) {
            std::uint32_t at = n;
            for (std::uint32_t i = 0; i < n; ++i)
                if (!done[i] && cost[i] != far && (at == n || cost[i] < cost[at])) at = i;
            if (at == n || at == n - 1) break;
            done[at] = true;
            for (std::uint32_t i = 0; i < n; ++i) {
                const auto [by, more] = edge(at, i);
                if (by == relation::none || cost[at] + more >= cost[i]) continue;
                cost[i] = cost[at] + more;
                back[i] = {at, by, more < unordered_cost};
            }
        }
        std::vector<hop> way;
        if (cost[n - 1] == far) return way;
        for (std::uint32_t i = n - 1; i != from; i = back[i].to)
            way.push_back({i, back[i].by, back[i].ordered});
        std::ranges::reverse(way);
        return way;
    }

  private:
    struct weighted {
        relation by;
        unsigned cost;
    };
    weighted edge(std::uint32_t a, std::uint32_t b) const {
        if (a == b) return {relation::none, 0};
        const trace_step& x = t_.steps[a];
        const trace_step& y = t_.steps[b];
        if (x.thread == y.thread) {
            if (a > b) return {relation::none, 0};
            if (same_location(x, y)) return {relation::po, 1};
            const sim::cycle_edge e{a + 1, b + 1, sim::communication::fr, sim::writes(x),
                                    sim::writes(y)};
            const bool ordered = sim::ordering_of(t_, e).is != sim::ordering::nothing;
            return {relation::po, ordered ? 1 : unordered_cost};
        }
        const bool is_the_read = b + 1 == t_.steps.size();
        if (is_the_read || a + 1 == t_.steps.size()) return {relation::none, 0};
        if (sim::reads(y) && y.reads_from == a + 1) return {relation::rf, 1};
        if (!same_location(x, y)) return {relation::none, 0};
        if (sim::writes(x) && sim::writes(y) && x.coherence < y.coherence) return {relation::co, 1};
        // What is read ahead has no place in co yet.
        const bool ahead = x.reads_from == a + 1;
        if (sim::reads(x) && !ahead && sim::writes(y) && y.coherence > coherence_of(x.reads_from))
            return {relation::fr, 1};
        return {relation::none, 0};
    }
    static bool same_location(const trace_step& x, const trace_step& y) {
        return x.location != 0 && x.location == y.location;
    }
    std::uint32_t coherence_of(std::uint32_t store) const {
        return store == 0 ? 0 : t_.steps[store - 1].coherence;
    }

    trace t_;
};

// What forbids a cycle in po | rf, or those of them that the model forbids.
std::string_view axiom_of_circle(std::string_view model) {
    if (model == "rc11") return "acyclic(po | rf)";
    if (model == "power" || model == "lkmm") return "acyclic(hb)";
    return scenarios::render::axiom(model, true);
}

std::string reason_along(const trace& so_far, std::uint32_t newer,
                         const std::vector<relations::hop>& way, const trace_step& read,
                         std::string_view model, const step_text& called) {
    if (way.size() == 1)
        return fmt::format("this thread itself wrote the newer one in step {}: coherence",
                           called(newer));
    const trace_step& second = so_far.steps[way[0].to];
    if (way.size() == 2 && way[0].by == relation::rf && second.location == read.location)
        return fmt::format("this thread read the newer one of step {} in step {}: coherence",
                           called(newer), called(way[0].to + 1));
    std::string chain = called(newer);
    bool by_reads = true;
    bool ordered = true;
    for (const auto& [to, by, kept] : way) {
        chain += fmt::format(" -{}-> {}", relation_names[static_cast<std::size_t>(by)],
                             to == so_far.steps.size() ? "here" : called(to + 1));
        by_reads = by_reads && (by == relation::po || by == relation::rf);
        ordered = ordered && kept;
    }
    // Where this way is not what the model goes by, there is another that is longer to tell.
    if (!ordered && model != "sc")
        return fmt::format("step {} is newer, and {} keeps it before this", called(newer), model);
    return fmt::format("step {} is newer, and {}: {}", called(newer), chain,
                       scenarios::render::axiom(model, !by_reads));
}

std::string reason(const position& p, std::uint32_t store, const trace_step& read,
                   std::string_view model, const step_text& called) {
    const trace& so_far = p.so_far;
    if (so_far.steps.size() > steps_max) return fmt::format("{} does not allow it", model);
    const std::uint32_t co = store == 0 ? 0 : so_far.steps[store - 1].coherence;
    const relations graph(so_far, read);
    std::vector<relations::hop> best;
    std::uint32_t from = 0;
    for (std::uint32_t i = 0; i < so_far.steps.size(); ++i) {
        const trace_step& s = so_far.steps[i];
        if (s.location != read.location || !sim::writes(s) || s.coherence <= co) continue;
        auto way = graph.way_from(i);
        if (way.empty() || (from != 0 && way.size() >= best.size())) continue;
        best = std::move(way);
        from = i + 1;
    }
    const bool ordered = std::ranges::all_of(best, &relations::hop::ordered);
    // Not a way that the model goes by, then: it is the store to come that would not come.
    if (!p.ahead.empty() && (from == 0 || !ordered))
        return fmt::format(
            "step {} would then not read AHEAD: its store would not come, or could come first",
            called(p.ahead.front().step));
    if (from != 0) return reason_along(so_far, from, best, read, model, called);
    return "an exchange or a wait here takes the newest value";
}

}  // namespace

std::vector<candidate> candidates_of(const position& p, const trace_step& read,
                                     std::string_view model, const step_text& called) {
    struct store {
        std::uint32_t step;
        std::uint32_t coherence;
    };
    std::vector<store> stores{{0, 0}};
    for (std::uint32_t i = 0; i < p.so_far.steps.size(); ++i) {
        const trace_step& s = p.so_far.steps[i];
        if (s.location == read.location && sim::writes(s)) stores.push_back({i + 1, s.coherence});
    }
    std::ranges::sort(stores, std::ranges::greater{}, &store::coherence);
    std::vector<candidate> out;
    for (const store& s : stores) {
        const bool readable = std::ranges::any_of(p.ways, [&](const way& w) {
            return !w.ends && !w.is_choice && w.step.thread == read.thread &&
                   w.step.location == read.location && w.step.reads_from == s.step;
        });
        out.push_back(
            {s.step, readable, readable ? std::string() : reason(p, s.step, read, model, called)});
    }
    return out;
}

std::vector<candidate> candidates_of(const position& p, const trace_step& read,
                                     std::string_view model) {
    return candidates_of(p, read, model, [](std::uint32_t step) { return std::to_string(step); });
}

std::vector<store_from_behind> not_read_ahead(const position& p, const way& w,
                                              std::string_view model) {
    const std::vector<trace_step>& all = p.whole.steps;
    if (all.size() > steps_max || w.to_come) return {};
    std::size_t here = p.so_far.steps.size();
    while (here < all.size() && all[here].thread != w.step.thread) ++here;
    std::vector<bool> behind(all.size(), false);
    std::vector<store_from_behind> found;
    for (std::size_t i = here; i < all.size(); ++i) {
        const trace_step& s = all[i];
        for (std::size_t j = here; j < i && !behind[i]; ++j)
            behind[i] = (j == here || behind[j]) &&
                        (all[j].thread == s.thread || (sim::reads(s) && s.reads_from == j + 1));
        if (!behind[i] || s.thread == w.step.thread || !sim::writes(s) ||
            s.location != w.step.location)
            continue;
        const bool offered = std::ranges::any_of(p.ways, [&](const way& other) {
            return other.to_come && other.step.thread == w.step.thread &&
                   other.to_come->thread == s.thread && other.step.read == s.written;
        });
        if (!offered)
            found.push_back({s.thread, s,
                             fmt::format("that store comes from behind this, by po and rf: {}",
                                         axiom_of_circle(model))});
    }
    return found;
}

}  // namespace ringsim::page
