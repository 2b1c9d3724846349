#include "scenarios/exploration.hpp"

namespace ringsim::scenarios {

std::atomic<bool> interrupted{false};

std::string why_not(const scenario& s, const variant& v) {
    if (s.ring_bytes > (std::uint64_t{1} << (v.width - 1)))
        return "needs positions wider than " + std::to_string(v.width) + " bits for its ring of " +
               std::to_string(s.ring_bytes) + " bytes";
    return {};
}

}  // namespace ringsim::scenarios
