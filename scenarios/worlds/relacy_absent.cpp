// Stands in for relacy_world.cpp in a build without Relacy.
#include <stdexcept>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::worlds {

bool relacy_available() {
    return false;
}

exploration explore_with_relacy(const scenario&, const variant&, const relacy_options&) {
    throw std::logic_error("this build has no Relacy: relacy_available() says so");
}

}  // namespace ringsim::scenarios::worlds
