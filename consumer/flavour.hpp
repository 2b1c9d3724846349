// Which program consumes: the algorithms that differ, each in a file of its own beside this one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringsim::consumer {

enum class flavour : std::uint8_t {
    libbpf,      // process_ring.hpp
    libbpf_7_3,  // the same, with positions compared by their distance
    count_,
};

struct named_flavour {
    std::string_view name;
    flavour is;
    std::string_view summary;
};

inline constexpr std::array<named_flavour, static_cast<std::size_t>(flavour::count_)> flavours{{
    {"libbpf", flavour::libbpf, "ringbuf_process_ring() of libbpf"},
    {"libbpf-7.3", flavour::libbpf_7_3, "the same, positions compared by their distance"},
}};

constexpr std::string_view name(flavour f) {
    return flavours[static_cast<std::size_t>(f)].name;
}

constexpr std::optional<flavour> parse_flavour(std::string_view text) {
    for (const named_flavour& f : flavours)
        if (f.name == text) return f.is;
    return std::nullopt;
}

}  // namespace ringsim::consumer
