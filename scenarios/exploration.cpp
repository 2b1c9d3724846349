#include "scenarios/exploration.hpp"

namespace ringsim::scenarios {

std::atomic<bool> interrupted{false};

}  // namespace ringsim::scenarios
