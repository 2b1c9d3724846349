// Addresses and what they look like. Two representations meet here: the number that a register
// holds (address_of(), stray_address()) and the position that it stands for, base and bytes.
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// An element of a location's array has its own declaration, the same as the others.
width test::shown_as(const observable& o) const {
    if (o.kind != observable::kind_of::variable) return locations[o.index].shown_as;
    const std::vector<width>& of_thread = threads[o.thread].shown_as;
    return o.index < of_thread.size() ? of_thread[o.index] : width{};
}

// The inverse of the packing in stray_address(): the location in the upper half, the bytes below.
test::position test::position_of(std::int64_t address) const {
    if (is_stray(address)) {
        const std::int64_t from = address - first_stray;
        return {static_cast<graph::location_id>(from >> 32),
                (from & (2 * stray_bytes_max - 1)) - stray_bytes_max};
    }
    // An element of an array is so many bytes from its first element.
    const auto l = static_cast<graph::location_id>(address - first_address);
    const location& at = locations[l];
    return {static_cast<graph::location_id>(l - at.element), std::int64_t{at.element} * at.bytes()};
}

// Truncation towards 0 makes element 0 of a small negative distance, but then the remainder is not
// 0, and the address is stray.
std::int64_t test::address_at(position p) const {
    const location& base = locations[p.base];
    const std::int64_t size = base.bytes();
    const std::int64_t element = p.bytes / size;
    const auto l = static_cast<std::int64_t>(p.base) + element;
    // Only within one array: bytes beyond a location do not lead to the next one, whatever its
    // number is, for nothing says how locations lie in memory.
    const bool inside =
        p.bytes % size == 0 && element >= 0 && l < static_cast<std::int64_t>(locations.size()) &&
        (element == 0 ||
         (!base.array.empty() && locations[static_cast<std::size_t>(l)].array == base.array));
    return inside ? address_of(static_cast<graph::location_id>(l)) : stray_address(p.base, p.bytes);
}

std::optional<std::int64_t> test::label_in(unsigned thread, std::string_view label) const {
    for (const code_label& l : code_labels)
        if (l.thread == thread && l.name == label) return code_address(thread, l.number);
    return std::nullopt;
}

// By its label, or, as herd7 shows one that has none, by a number.
std::string test::code_text(std::int64_t value) const {
    for (const code_label& l : code_labels)
        if (code_address(l.thread, l.number) == value)
            return "label:\"P" + std::to_string(l.thread) + ":" + l.name + "\"";
    const std::int64_t thread = (value - first_code) / code_of_a_thread;
    return std::to_string(10'000 * (thread + 1) + (value - first_code) % code_of_a_thread);
}

std::string test::value_text(std::int64_t value, width shown_as) const {
    if (is_code(value)) return code_text(value);
    // A number in the range of addresses but beyond the last location is shown as a number:
    // arithmetic of C, which is not checked, may have made it.
    if (is_stray(value) ||
        (is_location(value) &&
         value < address_of(static_cast<graph::location_id>(locations.size())))) {
        const position p = position_of(value);
        const location& base = locations[p.base];
        const std::string name = base.array.empty() ? base.name : base.array;
        if (p.bytes == 0) return name;
        return name + (p.bytes > 0 ? "+" : "") + std::to_string(p.bytes);
    }
    const std::int64_t shown = fit(value, shown_as);
    if (shown_as.bits == 64 && !shown_as.is_signed)
        return std::to_string(static_cast<std::uint64_t>(shown));
    return std::to_string(shown);
}

}  // namespace ringsim::sim::litmus
