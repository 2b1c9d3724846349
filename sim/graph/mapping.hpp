// How a source access becomes events of a model: one table for each model.
//
// Sources: for rc11 C++20 itself, and for the kernel's fully ordered xchg() a fence on both sides;
// for x86-tso the usual compilation (mov, xchg, mfence); under sc an order means nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/graph/event.hpp"

namespace ringsim::sim::graph {

enum class model_id : std::uint8_t { sc, x86_tso, rc11, count_ };
inline constexpr std::size_t model_count = static_cast<std::size_t>(model_id::count_);
inline constexpr std::string_view model_names[model_count] = {"sc", "x86-tso", "rc11"};

constexpr std::string_view name(model_id m) {
    return model_names[static_cast<std::size_t>(m)];
}

// The events of one access: an optional fence, the access, an optional fence.
struct lowering {
    bool fence_before = false;
    bool fence_after = false;
    bool present = true;  // false: the access itself leaves no event (a compiler-only fence)
    mode how = mode::relaxed;
};

// Never fails: every order has a meaning in these models.
lowering lower(model_id m, access kind, order o);

}  // namespace ringsim::sim::graph
