// Accesses to the program's data that are to no variable of it.
#include <algorithm>
#include <iterator>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

void runtime::check_bounds(const char* address, std::size_t size) {
    const auto inside = [&](const region& r) { return r.has(address); };
    if (std::none_of(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(data_regions_),
                     inside))
        return;
    const std::uint64_t begin = offset_of(address);
    const auto after = image_.variables.upper_bound(begin);
    if (after == image_.variables.begin()) return;
    const std::uint64_t end = std::prev(after)->second;
    if (begin + size <= end) return;
    fail("out of bounds: an access behind a variable, to none");
}

}  // namespace ringsim::sim::check
