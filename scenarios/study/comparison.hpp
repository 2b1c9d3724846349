// What one order table allows that another does not: all ends of the executions of a scenario under
// both, compared; each end that only one of them has comes with its smallest execution.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/study/search.hpp"
#include "scenarios/study/tally_of_ends.hpp"

namespace ringsim::scenarios::study {

// An end that only one of the tables allows.
struct difference {
    execution_end end;
    bool of_second;      // allowed by the second table, not by the first
    sim::trace example;  // the smallest execution that ends so

    bool violates() const { return end.found != sim::violation::none; }
};

struct comparison {
    const scenario* of = nullptr;
    sim::graph::model_id model{};
    std::size_t ends_of_first = 0;
    std::size_t ends_of_second = 0;
    bool finished = true;  // every execution was visited, of both
    // The second has a data race: what it does then is anything, so that it forbids nothing.
    bool second_races = false;
    std::array<bool, site_count> executed{};  // sites to which a thread came, with either table
    std::vector<difference> differences;

    std::size_t more(bool of_second) const;
};

// All data races are one end: after any of them C and C++ promise nothing.
inline constexpr std::string_view race_end = "a data race, which C and C++ leave undefined";

// `how` gives the model, its mapping and the limits. Throws user_error if the model cannot express
// one of the variants, std::logic_error if the engine is wrong: weaker_forbids().
comparison compare_variants(const scenario& s, const worlds::variant& first,
                            const worlds::variant& second, const search& how);

// What cannot be: the second table asks for no more than the first at any site, all else is equal,
// and yet an end of the first is none of the second. Empty if there is no such end.
std::string weaker_forbids(const worlds::variant& first, const worlds::variant& second,
                           const comparison& c);

}  // namespace ringsim::scenarios::study
