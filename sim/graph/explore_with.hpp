// One model's explorers: exhaustive ones for graphs of three sizes, and walkers for two. Included
// by one source file for each model, so that they are compiled side by side.
//
// A graph of W words costs memory and time in proportion to W for each row, so the explorers begin
// small. An execution that does not fit ends the exploration, which begins again at the next size:
// nothing was reported yet but to the watcher, who is told to forget it (observer::begin()).
#pragma once

#include "sim/graph/exhaustive.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/walk.hpp"

namespace ringsim::sim::graph {

inline std::string too_large_problem() {
    return "an execution has more than " + std::to_string(events_max) + " events (events_max)";
}

// The sizes of a model's graphs, in words of 64 events. The smallest fits most scenarios; the rows
// of the largest are 8 times as long.
inline constexpr unsigned words_max = events_max / 64;
template <memory_model Model>
inline constexpr unsigned words_small = Model::graph_words.front();

// p and locations outlive the call. Throws nothing of its own; what the program throws is a
// violation.
template <memory_model Model, std::size_t Size>
exploration_report explore_at_size(program& p, const std::vector<location_info>& locations,
                                   const exploration_limits& limits, observer& watcher) {
    constexpr unsigned W = Model::graph_words[Size];
    watcher.begin();
    auto explorer = std::make_unique<exhaustive<Model, W>>(p, locations, limits, watcher);
    p.attach(*explorer);
    exploration_report report = explorer->run();
    if (report.end == exploration_end::told_apart) {
        explorer.reset();
        exploration_limits apart = limits;
        apart.symmetry = false;
        return explore_at_size<Model, Size>(p, locations, apart, watcher);
    }
    if (report.end != exploration_end::too_large) return report;
    if constexpr (Size + 1 < Model::graph_words.size()) {
        explorer.reset();
        return explore_at_size<Model, Size + 1>(p, locations, limits, watcher);
    } else {
        report.problem = too_large_problem();
        return report;
    }
}

// Walk after walk, in graphs that are small until one does not fit. Counts of the walks before
// stay: a walk does not depend on the size, but for the one that is done again.
template <class Model>
class walking {
  public:
    walking(program& p, const std::vector<location_info>& locations, walk_policy& policy,
            const exploration_limits& limits, observer& watcher)
        : program_(p), locations_(locations), policy_(policy), limits_(limits), watcher_(watcher) {
        report_.end = exploration_end::limit;
    }

    exploration_report run() {
        watcher_.begin();
        if (!at_size<words_small<Model>>(false)) at_size<words_max>(true);
        if (auto* decides = dynamic_cast<ahead_policy*>(&policy_)) decides->learn(found_);
        return report_;
    }

  private:
    // False: a walk did not fit. `again`: it is the one to begin with, the same walk in larger
    // graphs.
    template <unsigned W>
    bool at_size(bool again) {
        using walk_end = typename walker<Model, W>::walk_end;
        const auto walk = std::make_unique<walker<Model, W>>(program_, locations_);
        program_.attach(*walk);
        for (; again || may_go_on(); again = false) {
            if (again) policy_.again(program_.thread_count());
            // A policy that counts through its walks must find the same choices until it is
            // through, so what walks learn is kept from it until then. Others may use it at once.
            const auto how = walk->walk(policy_, policy_.enumerates() ? hints_ : found_);
            if (how == walk_end::done || how == walk_end::violation) {
                walk->add_hints(found_);
                // In a round that is done for what is read ahead, all other walks are the same as
                // before.
                if (!walk->read_ahead() && once_more_) continue;  // counted the first time
                if (walk->read_ahead() && policy_.enumerates()) {
                    ++ahead_;
                    ahead_violating_ += how == walk_end::violation;
                }
            }
            switch (how) {
                case walk_end::violation:
                    ++report_.executions;
                    ++report_.violating;
                    watcher_.violation(*walk->found());
                    watcher_.violation_found([&] { return walk->record(); });
                    if (!limits_.stop_at_first_violation) break;
                    report_.end = exploration_end::stopped;
                    return true;
                // Nothing was counted of it: it is done again at the next size, if there is one.
                case walk_end::too_large:
                    if (W < words_max) return false;
                    report_.end = exploration_end::too_large;
                    report_.problem = too_large_problem();
                    return true;
                case walk_end::program_error:
                    report_.end = exploration_end::program_error;
                    report_.problem = walk->problem();
                    return true;
                // A dead end of the search and not of the program: it is told apart from
                // executions.
                case walk_end::given_up:
                    ++report_.inconsistent;
                    break;
                case walk_end::cut_off:
                    ++report_.cut_off;
                    break;
                default:
                    ++report_.executions;
                    watcher_.execution([&] { return walk->record(); });
            }
        }
        return true;
    }

    // Asked before each walk. The clock is looked at rarely, as in exhaustive::leaf().
    bool may_go_on() {
        const std::uint64_t walks = report_.executions + report_.inconsistent + report_.cut_off;
        if (walks >= limits_.executions_max) return false;
        if (limits_.interrupted && limits_.interrupted->load(std::memory_order_relaxed)) {
            report_.end = exploration_end::interrupted;
            return false;
        }
        if (walks % 1024 == 1023 && !report_progress(walks)) return false;
        if (policy_.begin(program_.thread_count())) return true;
        if (all_walks_once_more() && policy_.begin(program_.thread_count())) return true;
        report_.end = exploration_end::exhausted;
        return false;
    }

    // A policy that counts through all walks has come to the end, and meanwhile there is more that
    // reads may read ahead. What did so is counted in the last round only.
    bool all_walks_once_more() {
        if (!policy_.enumerates() || hints_ == found_) return false;
        hints_ = found_;
        once_more_ = true;
        report_.executions -= ahead_;
        report_.violating -= ahead_violating_;
        ahead_ = ahead_violating_ = 0;
        policy_.once_more();
        return true;
    }

    // False: there is no time left.
    bool report_progress(std::uint64_t walks) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started_;
        if (spent.count() > limits_.seconds_max) return false;
        if (limits_.executions_max != UINT64_MAX)
            report_.share_done =
                static_cast<double>(walks) / static_cast<double>(limits_.executions_max);
        watcher_.progress(report_);
        return true;
    }

    program& program_;
    const std::vector<location_info>& locations_;
    walk_policy& policy_;
    const exploration_limits& limits_;
    observer& watcher_;
    exploration_report report_;
    read_ahead_hints found_;  // in all walks so far
    read_ahead_hints hints_;  // in the rounds before this one
    bool once_more_ = false;
    std::uint64_t ahead_ = 0;  // walks of this round that read ahead, as counted in the report
    std::uint64_t ahead_violating_ = 0;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// As function templates, so that model_explorers can point to them.
template <class Model>
exploration_report search_with(program& p, const std::vector<location_info>& locations,
                               walk_policy& policy, const exploration_limits& limits,
                               observer& watcher) {
    return walking<Model>(p, locations, policy, limits, watcher).run();
}

// Throws schedule_error if the program or the model does not allow the schedule any more.
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

// A search for the parts of jobs and shards, in graphs of one size. The caller chooses the size, 0
// to graph_sizes - 1, and begins again with the next if it is too small.
template <memory_model Model>
std::unique_ptr<part_search> search_in_parts(unsigned size, program& p,
                                             const std::vector<location_info>& locations,
                                             const exploration_limits& limits, observer& watcher) {
    const auto of_size = [&]<unsigned W>() {
        auto search = std::make_unique<exhaustive<Model, W>>(p, locations, limits, watcher);
        p.attach(*search);
        return search;
    };
    if (size == 0) return of_size.template operator()<words_small<Model>>();
    if (size == 1) return of_size.template operator()<Model::graph_words[1]>();
    return of_size.template operator()<words_max>();
}

// All explorers of a model, for its source file. With load buffering, what a part comes to depends
// on what was met before: parts are not independent.
template <memory_model Model>
constexpr model_explorers explorers_of() {
    constexpr bool reads_ahead =
        execution_graph<words_small<Model>,
                        typename Model::template rows<words_small<Model>>>::reads_ahead;
    static_assert(!reads_ahead || model_with_load_buffering<Model>);
    return {explore_at_size<Model, 0>, search_with<Model>, replay_with<Model>,
            search_in_parts<Model>};
}

}  // namespace ringsim::sim::graph
