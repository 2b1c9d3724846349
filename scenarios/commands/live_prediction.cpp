#include "scenarios/commands/live_prediction.hpp"

#include <fmt/format.h>

#include <optional>

#include "scenarios/commands/units.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::commands {
namespace {

using sim::graph::model_id;

constexpr std::string_view lost_wakeups[] = {"lost-wakeup", "lost-wakeup-prod"};
constexpr double seconds_max = 2;  // it takes milliseconds

// With the RCpc extension compilers take LDAPR for an acquire load, and the program at hand was
// compiled as the consumer that it runs.
#ifdef __ARM_FEATURE_RCPC
constexpr model_id arm = model_id::armv8_rcpc;
#else
constexpr model_id arm = model_id::armv8;
#endif

constexpr struct {
    std::string_view arch;
    model_id model;
} machines[] = {
    {"x86_64", model_id::x86_tso}, {"i686", model_id::x86_tso},  {"aarch64", arm},
    {"riscv64", model_id::riscv},  {"ppc64le", model_id::power}, {"ppc64", model_id::power},
};

// rc11, for a machine that has no model here: what C++20 promises everywhere.
model_id model_of(std::string_view arch) {
    for (const auto& row : machines)
        if (row.arch == arch) return row.model;
    return model_id::rc11;
}

std::optional<live_prediction> decided_by_flags(std::uint64_t flags) {
    // The kernel looks at FORCE first.
    if (flags & BPF_RB_FORCE_WAKEUP)
        return live_prediction{false, "no stall: BPF_RB_FORCE_WAKEUP notifies at every commit"};
    if (flags & BPF_RB_NO_WAKEUP)
        return live_prediction{true,
                               "stalls: with BPF_RB_NO_WAKEUP no commit ever wakes the consumer"};
    return std::nullopt;
}

// With a level trigger epoll_wait() looks at the positions again, behind locks: what they are worth
// on the machine they show themselves, and no assumed barrier stands for them.
worlds::variant explored_variant(const live_variant& v) {
    worlds::variant explored;
    explored.orders = v.orders;
    explored.how = v.how;
    if (v.how == trigger::level) {
        explored.orders = explored.orders.with(site::epoll_lock_barrier, order::none);
        explored.wakeup = worlds::wakeup_path::full;
    }
    return explored;
}

}  // namespace

live_prediction predict_live(const live_variant& v) {
    if (auto decided = decided_by_flags(v.flags)) return *decided;
    const worlds::variant explored = explored_variant(v);
    worlds::graph_options options;
    options.model = model_of(v.arch);
    options.seconds_max = seconds_max;
    const std::string_view model = name(options.model);
    std::uint64_t executions = 0;
    for (const std::string_view scenario : lost_wakeups) {
        const worlds::exploration found =
            explore_with_graph(*find_scenario(scenario), explored, options);
        if (found.result == worlds::verdict::violation)
            return {true, fmt::format("{} is possible under {}: {}", scenario, model, found.what)};
        if (found.result != worlds::verdict::safe)
            return {true, fmt::format("{} was not searched to the end under {}", scenario, model)};
        executions += found.executions;
    }
    return {false, fmt::format("{} and {} are safe under {}, all {} executions", lost_wakeups[0],
                               lost_wakeups[1], model, grouped(executions))};
}

}  // namespace ringsim::scenarios::commands
