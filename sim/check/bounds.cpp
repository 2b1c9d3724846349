// Accesses to the program's static data that are to no variable of it. An array that is left behind
// its end may meet only the padding in front of the next variable; memory is there, no sanitizer
// is, and the program would go on with what it found.
//
// Where variables begin and end is known from the program's symbol table (image.hpp). Objects of
// the heap are checked in heap.cpp, frames in frames.cpp.
#include <algorithm>
#include <iterator>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

// An access that is a location with a number already has been here before, and does not come again
// (known_location()). Nothing is said of memory in front of the first variable that is known.
void runtime::check_bounds(const char* address, std::size_t size) {
    const auto inside = [&](const region& r) { return r.has(address); };
    if (std::none_of(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(data_regions_),
                     inside))
        return;
    const std::uint64_t begin = offset_of(address);
    const auto after = image_.variables.upper_bound(begin);
    if (after == image_.variables.begin()) return;
    const std::uint64_t end = std::prev(after)->second;
    // An access that begins in one variable and ends in the next one is an error, too.
    if (begin + size <= end) return;
    fail("out of bounds: an access behind a variable, to none");
}

}  // namespace ringsim::sim::check
