#include "scenarios/registry.hpp"

#include <iterator>
#include <stdexcept>

#include "scenarios/catalogue.generated.hpp"

namespace ringsim::scenarios {

namespace {

// Those of ringsim, and what a program has added.
std::vector<const scenario*>& known() {
    static std::vector<const scenario*> all(std::begin(catalogue), std::end(catalogue));
    return all;
}

}  // namespace

std::span<const scenario* const> all_scenarios() {
    return known();
}

const scenario* find_scenario(std::string_view name) {
    for (const scenario* s : known())
        if (s->name == name) return s;
    return nullptr;
}

void add_scenario(const scenario& s) {
    if (find_scenario(s.name))
        throw std::invalid_argument("there is a scenario " + std::string(s.name) + " already");
    known().push_back(&s);
}

}  // namespace ringsim::scenarios
