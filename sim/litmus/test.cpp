#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

width test::shown_as(const observable& o) const {
    if (o.kind != observable::kind_of::variable) return locations[o.index].shown_as;
    const std::vector<width>& of_thread = threads[o.thread].shown_as;
    return o.index < of_thread.size() ? of_thread[o.index] : width{};
}

std::string test::value_text(std::int64_t value, width shown_as) const {
    if (is_address(value) && value < address_of(static_cast<graph::location_id>(locations.size())))
        return locations[static_cast<std::size_t>(value - first_address)].name;
    const std::int64_t shown = fit(value, shown_as);
    if (shown_as.bits == 64 && !shown_as.is_signed)
        return std::to_string(static_cast<std::uint64_t>(shown));
    return std::to_string(shown);
}

}  // namespace ringsim::sim::litmus
