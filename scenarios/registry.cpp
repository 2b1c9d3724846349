#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario lost_wakeup;

namespace {
const scenario* const scenarios[] = {&lost_wakeup};
}  // namespace

std::span<const scenario* const> all_scenarios() {
    return scenarios;
}

const scenario* find_scenario(std::string_view name) {
    for (const scenario* s : scenarios)
        if (s->name == name) return s;
    return nullptr;
}

}  // namespace ringsim::scenarios
