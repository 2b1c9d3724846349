// One model's explorers: exhaustive ones for small and for the largest graphs, and a walker.
// Included by one source file for each model, so that they are compiled side by side.
#pragma once

#include "sim/graph/exhaustive.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/walk.hpp"

namespace ringsim::sim::graph {

inline std::string too_large_problem() {
    return "an execution has more than " + std::to_string(events_max) + " events (events_max)";
}

inline constexpr unsigned words_max = events_max / 64;
inline constexpr unsigned words_small = 2;

template <class Model, unsigned W>
exploration_report explore_at_size(program& p, const std::vector<location_info>& locations,
                                   const exploration_limits& limits, observer& watcher) {
    watcher.begin();
    auto explorer = std::make_unique<exhaustive<Model, W>>(p, locations, limits, watcher);
    p.attach(*explorer);
    exploration_report report = explorer->run();
    if (report.end != exploration_end::too_large) return report;
    if constexpr (W < words_max) {
        explorer.reset();
        return explore_at_size<Model, words_max>(p, locations, limits, watcher);
    } else {
        report.problem = too_large_problem();
        return report;
    }
}

template <class Model>
exploration_report search_with(program& p, const std::vector<location_info>& locations,
                               walk_policy& policy, const exploration_limits& limits,
                               observer& watcher) {
    using walker_type = walker<Model, words_max>;
    using walk_end = typename walker_type::walk_end;
    auto walk = std::make_unique<walker_type>(p, locations);
    p.attach(*walk);
    watcher.begin();
    exploration_report report;
    const auto started = std::chrono::steady_clock::now();
    report.end = exploration_end::limit;
    while (report.executions < limits.executions_max) {
        if (limits.interrupted && limits.interrupted->load(std::memory_order_relaxed)) {
            report.end = exploration_end::interrupted;
            break;
        }
        if (!policy.begin(p.thread_count())) {
            report.end = exploration_end::exhausted;
            break;
        }
        const walk_end how = walk->walk(policy);
        ++report.executions;
        if (how == walk_end::violation) {
            ++report.violating;
            watcher.violation_found([&] { return walk->record(); });
            if (limits.stop_at_first_violation) {
                report.end = exploration_end::stopped;
                break;
            }
        } else if (how == walk_end::too_large || how == walk_end::program_error) {
            report.end = how == walk_end::too_large ? exploration_end::too_large
                                                    : exploration_end::program_error;
            report.problem = how == walk_end::too_large ? too_large_problem() : walk->problem();
            break;
        } else if (how == walk_end::given_up) {
            ++report.inconsistent;
        } else {
            watcher.execution([&] { return walk->record(); });
        }
        if (report.executions % 1024 != 0) continue;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
        if (spent.count() > limits.seconds_max) break;
        if (limits.executions_max != UINT64_MAX)
            report.share_done =
                static_cast<double>(report.executions) / static_cast<double>(limits.executions_max);
        watcher.progress(report);
    }
    return report;
}

template <class Model>
recorded_execution replay_with(program& p, const std::vector<location_info>& locations,
                               const schedule& s) {
    using walker_type = walker<Model, words_max>;
    auto walk = std::make_unique<walker_type>(p, locations);
    p.attach(*walk);
    const auto how = walk->replay(s);
    if (how != walker_type::walk_end::done && how != walker_type::walk_end::violation)
        throw schedule_error(walk->problem().empty() ? too_large_problem() : walk->problem());
    return walk->record();
}

template <class Model>
constexpr model_explorers explorers_of() {
    return {explore_at_size<Model, words_small>, search_with<Model>, replay_with<Model>};
}

}  // namespace ringsim::sim::graph
