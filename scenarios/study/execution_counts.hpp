// How many executions a verification visits, as stated beforehand. A verdict can stay right by
// accident when the search, a model or the protocol changes; the number of executions does not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

struct execution_count {
    std::uint64_t executions = 0;  // visited, complete or ended early by a violation
    std::uint64_t violating = 0;   // of them
    friend bool operator==(const execution_count&, const execution_count&) = default;
};

// "113", or "10/113" if ten of them violate.
std::string to_text(const execution_count& c);

// What is stated in scenarios/execution_counts.txt; nothing if it says nothing of this variant
// under this model. Throws std::runtime_error if the file is malformed: it is part of the program.
std::optional<execution_count> stated_count(const scenario& s, const worlds::variant& v,
                                            std::string_view model);

// How that file begins.
extern const std::string_view execution_counts_head;

// One line of it.
struct model_count {
    std::string_view model;
    execution_count count;
};
std::string count_line(const scenario& s, const worlds::variant& v,
                       std::span<const model_count> counts);

}  // namespace ringsim::scenarios::study
