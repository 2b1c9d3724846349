// Variants of which Relacy is known to say something else than C++20: a table, tested against
// Relacy, that keeps its reports from misleading anybody.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::worlds {

struct site_order {
    site where;
    order how;
};

struct relacy_disagreement {
    std::string_view scenario_name;
    trigger how;
    // The sites that make the difference. The others are as upstream, or stronger.
    std::span<const site_order> orders;
    sim::violation relacy_says;
    sim::violation right;  // under rc11, which is C++20's model; none: the variant is safe
    std::string_view why;
};

std::span<const relacy_disagreement> relacy_disagreements();

// The entry for a scenario and a variant; nothing if Relacy is not known to be wrong there.
const relacy_disagreement* find_disagreement(const scenario& s, const variant& v);

// One sentence: what Relacy says, what is right, and why.
std::string describe(const relacy_disagreement& d);

}  // namespace ringsim::scenarios::worlds
