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

graph::exploration_report run_part(scenario_program& program, const graph_options& how,
                                   const graph::part& which, graph::overseer& watch,
                                   first_violation& seen, std::optional<graph::part>& rest) {
    const graph::model_id m = how.model;
    const graph::exploration_limits no_limit;
    for (unsigned size = 0;; ++size) {
        seen.found.reset();
        const auto search = graph::explorers_for(m).in_parts(
            size, program, program.engine().locations(), no_limit, seen);
        const graph::exploration_report report = search->run(which, &watch);
        rest = search->rest();
        const bool grows = report.end == graph::exploration_end::too_large;
        if (!grows || size + 1 == graph::graph_sizes) return report;
    }
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
    const auto report = run_part(program, how, which, watch, seen, r.rest);
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
    if (!seen.found) return r;
    r.kind = sim::name(seen.found->found->kind);
    r.what = seen.found->found->what;
    graph::linearize(*seen.found);
    r.schedule = graph::to_text(graph::schedule_of(*seen.found));
    return r;
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
        std::optional<graph::part> rest;
        (void)run_part(program, how, largest->part, cut, nobody, rest);
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
