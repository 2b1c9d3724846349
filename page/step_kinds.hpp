// What the kinds of steps are called in executions that are shown.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "sim/trace.hpp"

namespace ringsim::page {

// Words of a published format (docs/execution.schema.json): they do not change with the names in
// the code.
constexpr std::string_view shown_kind(sim::step_kind kind) {
    constexpr std::array<std::string_view, static_cast<std::size_t>(sim::step_kind::count_)> names{
        "load", "store", "rmw", "fence", "lock", "unlock", "set", "take", "asleep", "stuck"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace ringsim::page
