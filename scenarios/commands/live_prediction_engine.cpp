// The prediction of live mode from the graph engine: the lost wakeup's scenarios, every execution,
// under the memory model of the machine.
#include <fmt/format.h>

#include "scenarios/commands/live_prediction.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/exploration.hpp"

namespace ringsim::scenarios {
namespace {

constexpr std::array<std::string_view, 2> lost_wakeups{"lost-wakeup", "lost-wakeup-prod"};
constexpr double seconds_max = 2;  // it takes milliseconds

}  // namespace

live_prediction predict_by_exploring(const live_variant& v) {
    // Other machines' models are not there, and the flags are not part of these scenarios.
    if (v.arch != "x86_64" || v.flags != 0) return predict_by_mapping(v);

    variant explored;
    explored.orders = v.orders;
    explored.how = v.how;
    graph_options options;
    options.model = sim::graph::model_id::x86_tso;
    options.seconds_max = seconds_max;
    std::uint64_t executions = 0;
    for (const std::string_view name : lost_wakeups) {
        const exploration found = explore_with_graph(*find_scenario(name), explored, options);
        if (found.result == verdict::violation)
            return {true, fmt::format("{} is possible under x86-tso: {}", name, found.what)};
        if (found.result != verdict::safe) return predict_by_mapping(v);
        executions += found.executions;
    }
    return {false, fmt::format("{} and {} are safe under x86-tso, all {} executions",
                               lost_wakeups[0], lost_wakeups[1], grouped(executions))};
}

}  // namespace ringsim::scenarios
