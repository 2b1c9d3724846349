#include <cstdio>

#include "scenarios/exploration.hpp"

int main() {
    for (const auto* s : ringsim::scenarios::all_scenarios())
        std::printf("%.*s\n", static_cast<int>(s->name.size()), s->name.data());
    return 0;
}
