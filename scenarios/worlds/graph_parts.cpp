#include "scenarios/worlds/graph_parts.hpp"

#include <algorithm>
#include <chrono>

#include "scenarios/program/user_error.hpp"
#include "scenarios/worlds/scenario_program.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/linearize.hpp"

namespace ringsim::scenarios::worlds {
namespace {

namespace graph = sim::graph;

// Ends a part of a search after a time, or when it has looked at enough of it.
class until_enough final : public graph::overseer {
  public:
    explicit until_enough(double seconds) : seconds_(seconds) {}

    bool at_leaf(graph::part_search&, const graph::exploration_report&) override {
        if (interrupted) return false;
        if (++leaves_ % 64 != 0) return true;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started_;
        return spent.count() < seconds_;
    }

  private:
    double seconds_;
    std::uint64_t leaves_ = 0;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// Gives away the rest of a part behind its first execution, and is through.
class cut_in_two final : public graph::overseer {
  public:
    bool at_leaf(graph::part_search& search, const graph::exploration_report&) override {
        second = search.give_away();
        return false;
    }
    std::optional<graph::part> second;
};

class first_violation final : public graph::observer {
  public:
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        if (!found) found = record();
    }
    std::optional<graph::recorded_execution> found;
};

// Calls `go` with a search, in larger graphs if it ends for want of them.
template <class Go>
graph::exploration_report in_graphs(scenario_program& program, const graph_options& how,
                                    const graph::exploration_limits& limits, first_violation& seen,
                                    const Go& go) {
    for (unsigned size = 0;; ++size) {
        seen.found.reset();
        const auto search = graph::explorers_for(how.model).in_parts(
            size, program, program.engine().locations(), limits, seen);
        const graph::exploration_report report = go(*search);
        const bool grows = report.end == graph::exploration_end::too_large;
        if (!grows || size + 1 == graph::graph_sizes) return report;
    }
}

void tell_first(searched_part& r, const first_violation& seen) {
    if (!seen.found) return;
    r.kind = sim::name(seen.found->found->kind);
    r.what = seen.found->found->what;
    graph::recorded_execution e = *seen.found;
    graph::linearize(e);
    r.schedule = graph::to_text(graph::schedule_of(e));
}

scenario_program program_of(const scenario& s, const variant& v, const graph_options& how) {
    try {
        return {s, v, how.model, how.mapping ? *how.mapping : graph::default_mapping(how.model)};
    } catch (const graph::setup_waits& e) {
        throw user_error(std::string(s.name) + ": " + e.what());
    }
}

}  // namespace

searched_part search_part(const scenario& s, const variant& v, const graph_options& how,
                          const graph::part& which, double seconds) {
    scenario_program program = program_of(s, v, how);
    first_violation seen;
    until_enough watch(seconds);
    searched_part r;
    const auto report = in_graphs(program, how, {}, seen, [&](graph::part_search& search) {
        const auto done = search.run(which, &watch);
        r.rest = search.rest();
        r.points = search.points_met();
        return done;
    });
    if (report.end != graph::exploration_end::limit) r.rest.reset();
    if (report.end != graph::exploration_end::limit &&
        report.end != graph::exploration_end::exhausted)
        throw user_error("the part " + to_text(which) + ": " + report.problem);
    r.part = {which.begin, r.rest ? std::optional(r.rest->begin) : which.until};
    r.executions = report.executions;
    r.blocked = report.blocked;
    r.inconsistent = report.inconsistent;
    r.violating = report.violating;
    r.ended_early = report.ended_early;
    for (const bool b : program.reached()) r.reached += b ? '1' : '0';
    tell_first(r, seen);
    return r;
}

std::optional<searched_part> with_cycles(const scenario& s, const variant& v,
                                         const graph_options& how, const searched_part& so_far) {
    searched_part all = so_far;
    all.points.clear();
    if (so_far.points.empty()) return all;
    scenario_program program = program_of(s, v, how);
    first_violation seen;
    graph::exploration_limits limits;
    limits.interrupted = &interrupted;
    graph::exploration_report before;
    before.executions = so_far.executions;
    before.blocked = so_far.blocked;
    before.inconsistent = so_far.inconsistent;
    before.violating = so_far.violating;
    before.ended_early = so_far.ended_early;
    const auto report = in_graphs(program, how, limits, seen, [&](graph::part_search& search) {
        return search.visit_cycles(so_far.points, before);
    });
    if (report.end == graph::exploration_end::interrupted) return std::nullopt;
    if (report.end != graph::exploration_end::exhausted)
        throw user_error("executions with a cycle in po | rf: " + report.problem);
    all.executions = report.executions;
    all.blocked = report.blocked;
    all.inconsistent = report.inconsistent;
    all.violating = report.violating;
    all.ended_early = report.ended_early;
    const std::vector<bool>& reached = program.reached();
    for (std::size_t i = 0; i < all.reached.size(); ++i)
        if (reached[i]) all.reached[i] = '1';
    if (so_far.violating == 0) tell_first(all, seen);
    return all;
}

std::vector<graph::part> parts_of_search(const scenario& s, const variant& v,
                                         const graph_options& how, std::size_t how_many) {
    scenario_program program = program_of(s, v, how);
    struct piece {
        graph::part part;
        std::size_t depth;  // of its highest point with several ways on: the higher, the larger
    };
    std::vector<piece> pieces{{{}, 0}};
    constexpr std::size_t whole = SIZE_MAX;  // it cannot be cut
    while (pieces.size() < how_many) {
        const auto largest = std::ranges::min_element(pieces, {}, &piece::depth);
        if (largest->depth == whole) break;
        cut_in_two cut;
        first_violation nobody;
        (void)in_graphs(program, how, {}, nobody, [&](graph::part_search& search) {
            return search.run(largest->part, &cut);
        });
        if (!cut.second) {
            largest->depth = whole;
            continue;
        }
        largest->part.until = cut.second->begin;
        largest->depth = cut.second->begin.size();
        pieces.insert(std::next(largest), {*cut.second, cut.second->begin.size()});
    }
    std::vector<graph::part> parts;
    for (const piece& p : pieces) parts.push_back(p.part);
    return parts;
}

}  // namespace ringsim::scenarios::worlds
