// The bug museum: the rows that scenarios own, in the order of their ids.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

// A symptom is no longer than this, so that a row fits on a line.
inline constexpr std::size_t symptom_columns = 35;

struct museum_row {
    const exhibit* of = nullptr;
    const scenario* owner = nullptr;  // the scenario that states it
};

// Every row, sorted: by letter, then by number.
std::vector<museum_row> museum_rows();

// The scenario that a variant of a row belongs to; nothing if it names one that does not exist.
const scenario* scenario_of(const museum_row& row, const stated_variant& v);

// The expectation that states the verdict of a row's variant; nothing if there is none.
const expectation* expectation_of(const museum_row& row, const stated_variant& v);

std::string_view name(upstream status);

// A known bug that is no row, and why.
struct left_out_row {
    std::string_view id;
    std::string_view why;
};
std::span<const left_out_row> left_out_rows();
std::optional<std::string_view> why_left_out(std::string_view id);

// What is wrong with the rows as data: an id that is there twice, a variant whose verdict nobody
// states, a broken one that is expected to hold. One line each; none is how it should be.
std::vector<std::string> museum_complaints();

}  // namespace ringsim::scenarios
