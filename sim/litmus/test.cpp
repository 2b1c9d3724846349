#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {
namespace {

std::int64_t cut(std::int64_t value, width w) {
    if (w.bits >= 64) return value;
    const auto mask = (std::uint64_t{1} << w.bits) - 1;
    const std::uint64_t low = static_cast<std::uint64_t>(value) & mask;
    const bool negative = w.is_signed && (low >> (w.bits - 1)) != 0;
    return static_cast<std::int64_t>(negative ? low | ~mask : low);
}

}  // namespace

bool test::is_address(std::int64_t value) const {
    return value >= first_address &&
           value < first_address + static_cast<std::int64_t>(locations.size());
}

std::string test::value_text(std::int64_t value, width shown_as) const {
    if (is_address(value)) return locations[static_cast<std::size_t>(value - first_address)].name;
    const std::int64_t shown = cut(value, shown_as);
    if (shown_as.bits == 64 && !shown_as.is_signed)
        return std::to_string(static_cast<std::uint64_t>(shown));
    return std::to_string(shown);
}

}  // namespace ringsim::sim::litmus
