// Which orders are needed? All order tables that are as weak as can be and still safe.
//
// Safety is monotone: a stronger order at a site allows no more executions. So the safe tables are
// an upward-closed set, and its minimal elements say all. They are found without trying every
// combination, by dualization (Gunopulos, Khardon, Mannila, Toivonen, "Data mining, hypergraph
// transversals, and machine learning", PODS 1997): shrink a safe table to a minimal one; then look
// among the strongest tables that are above none of those found so far for another safe one; if
// there is none, the minimal ones are all there are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kernel_model/order_table.hpp"

namespace ringsim::scenarios::study {

struct weakening {
    order_table start;        // safe; no table that is looked at is stronger
    std::vector<site> sites;  // where the order may be weaker
    // Whether a table is safe. Nothing: it is not known, and the search ends.
    std::function<std::optional<bool>(const order_table&)> safe;
    // Whether a table may have that order there, as `start` has; empty: any that makes sense.
    std::function<bool(site, order)> may_have{};
};

struct weakest_tables {
    std::vector<order_table> minimal;  // in the order in which they were found
    std::uint64_t asked = 0;           // tables whose safety was looked at
    bool complete = false;             // no other table is minimal
};

weakest_tables find_weakest(const weakening& problem);

// Whether at every one of the sites `a` asks for no more than `b`.
bool at_most(const order_table& a, const order_table& b, const std::vector<site>& sites);

}  // namespace ringsim::scenarios::study
