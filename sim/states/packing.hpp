// States are mostly zeros and ones, and other small numbers. So their bytes are written down in
// fewer bits, exactly: 0, 10, 110xxx for 2 to 9, 111xxxxxxxx for every byte. What is left over of
// the last byte are ones, which begin no whole code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringsim::sim::states {

inline void pack(std::string_view bytes, std::string& out) {
    out.clear();
    std::uint64_t bits = 0;
    unsigned count = 0;
    const auto put = [&](std::uint64_t code, unsigned length) {
        bits = bits << length | code;
        count += length;
        for (; count >= 8; count -= 8) out.push_back(static_cast<char>(bits >> (count - 8)));
    };
    for (const char c : bytes) {
        const auto b = static_cast<std::uint8_t>(c);
        if (b == 0)
            put(0b0, 1);
        else if (b == 1)
            put(0b10, 2);
        else if (b < 10)
            put(0b110000u | (b - 2u), 6);
        else
            put(0b111u << 8 | b, 11);
    }
    if (count != 0) put((1u << (8 - count)) - 1u, 8 - count);
}

inline void unpack(std::string_view packed, std::string& out) {
    out.clear();
    std::uint64_t bits = 0;
    unsigned count = 0;
    std::size_t at = 0;
    // The next so many bits, ones where there are none.
    const auto look = [&](unsigned length) {
        for (; count < length && at < packed.size(); count += 8)
            bits = bits << 8 | static_cast<std::uint8_t>(packed[at++]);
        if (count >= length)
            return static_cast<unsigned>(bits >> (count - length)) & ((1u << length) - 1u);
        const unsigned lacks = length - count;
        return (static_cast<unsigned>(bits << lacks) | ((1u << lacks) - 1u)) &
               ((1u << length) - 1u);
    };
    for (;;) {
        const unsigned code = look(11);
        unsigned length = 11;
        unsigned byte = code & 255u;
        if (code >> 10 == 0) {
            length = 1;
            byte = 0;
        } else if (code >> 9 == 0b10) {
            length = 2;
            byte = 1;
        } else if (code >> 8 == 0b110) {
            length = 6;
            byte = (code >> 5 & 7u) + 2;
        }
        if (length > count) return;
        count -= length;
        out.push_back(static_cast<char>(byte));
    }
}

}  // namespace ringsim::sim::states
