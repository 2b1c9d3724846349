// What one order table allows that another does not: all ends of the executions of a scenario under
// both, compared; each end that only one of them has comes with its smallest execution.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/search.hpp"

namespace ringsim::scenarios {

// An end that only one of the tables allows.
struct difference {
    std::string end;  // as outcome_text() tells it
    bool violates;
    bool of_second;      // allowed by the second table, not by the first
    sim::trace example;  // the smallest execution that ends so
};

struct comparison {
    const scenario* of = nullptr;
    sim::graph::model_id model{};
    std::size_t ends_of_first = 0;
    std::size_t ends_of_second = 0;
    bool finished = true;  // every execution was visited, of both
    std::vector<difference> differences;

    std::size_t more(bool of_second) const;
};

// Two such ends are the same: after a data race C and C++ promise nothing.
inline constexpr std::string_view race_end = "a data race, which C and C++ leave undefined";

// `how` gives the model, its mapping and the limits. Throws user_error if the model cannot express
// one of the variants.
comparison compare_variants(const scenario& s, const variant& first, const variant& second,
                            const search& how);

}  // namespace ringsim::scenarios
