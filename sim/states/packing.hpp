// States are mostly zeros and ones, and other small numbers. So their bytes are written down in
// fewer bits, exactly: 0, 10, 110xxx for 2 to 9, 111xxxxxxxx for every byte. What is left over of
// the last byte are ones, which begin no whole code. (Seven ones at the most are left over, and a
// code that begins with 111 has eleven bits.)
//
// Every state that is reached is packed, known or not, so this has to be quick: codes come from
// tables, zeros in eights, and what is packed is read several codes at a time.
//
// Equal strings have equal packed forms: whoever compares two states compares these.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace ringsim::sim::states {

// The lowest `length` bits of `bits`, the first of them in front.
struct packed_code {
    std::uint16_t bits = 0;
    std::uint16_t length = 0;
};
inline constexpr unsigned packed_code_most = 11;  // bits

// Lengths were chosen by what states are made of: more than half of the bytes are 0 and most others
// are 1, so these pay for the eleven bits of the few that are large.
inline constexpr std::array<packed_code, 256> packed_codes = [] {
    std::array<packed_code, 256> codes{};
    for (std::uint16_t b = 0; b < 256; ++b) {
        if (b == 0)
            codes[b] = {0b0, 1};
        else if (b == 1)
            codes[b] = {0b10, 2};
        else if (b < 10)
            codes[b] = {static_cast<std::uint16_t>(0b110000 | (b - 2)), 6};
        else
            codes[b] = {static_cast<std::uint16_t>(0b111 << 8 | b), packed_code_most};
    }
    return codes;
}();

// The bytes of the whole codes that eight bits begin with, and how many bits those are: up to eight
// codes, of small bytes only. None, if a code of eleven bits begins there.
struct packed_look {
    std::array<char, 8> bytes{};
    std::uint8_t count = 0;
    std::uint8_t length = 0;
};
// By the complement of the bits, as unpack() has them.
inline constexpr std::array<packed_look, 256> packed_looks = [] {
    std::array<packed_look, 256> looks{};
    for (unsigned complement = 0; complement < 256; ++complement) {
        packed_look& l = looks[complement];
        const unsigned bits = ~complement & 255u;
        for (bool found = true; found;) {
            found = false;
            for (unsigned b = 0; b < 10; ++b) {
                const packed_code c = packed_codes[b];
                if (l.length + c.length > 8u) continue;
                const unsigned here = bits >> (8u - l.length - c.length);
                if ((here & ((1u << c.length) - 1u)) != c.bits) continue;
                l.bytes[l.count++] = static_cast<char>(b);
                l.length = static_cast<std::uint8_t>(l.length + c.length);
                found = true;
                break;
            }
        }
    }
    return looks;
}();

// As the most significant byte first.
template <class Word>
constexpr Word big_endian(Word w) {
    if constexpr (std::endian::native == std::endian::big)
        return w;
    else if constexpr (sizeof(Word) == 4)
        return __builtin_bswap32(w);
    else
        return __builtin_bswap64(w);
}

// `out` becomes the packed form, whatever it was.
inline void pack(std::string_view bytes, std::string& out) {
    // The most there can be: all bytes in the longest code.
    out.resize(bytes.size() * packed_code_most / 8 + 8);
    char* to = out.data();
    std::uint64_t bits = 0;
    unsigned count = 0;  // of them, fewer than 32 between two codes
    const auto put = [&](std::uint64_t code, unsigned length) {
        // What is above the lowest `count` bits has been written, and falls off at the top.
        bits = bits << length | code;
        count += length;
        if (count < 32) return;
        count -= 32;
        const std::uint32_t word = big_endian(static_cast<std::uint32_t>(bits >> count));
        std::memcpy(to, &word, sizeof word);
        to += sizeof word;
    };
    // Zeros come in runs: eight of them are one comparison and one byte.
    const char* from = bytes.data();
    const char* const end = from + bytes.size();
    while (from != end) {
        // Not 0 where fewer than eight bytes are left.
        std::uint64_t eight = 1;
        if (end - from >= 8) std::memcpy(&eight, from, 8);
        if (eight == 0) {
            put(0, 8);
            from += 8;
            continue;
        }
        const packed_code c = packed_codes[static_cast<std::uint8_t>(*from++)];
        put(c.bits, c.length);
    }
    for (; count >= 8; count -= 8) *to++ = static_cast<char>(bits >> (count - 8));
    // The last byte is filled up with ones.
    if (count != 0) *to++ = static_cast<char>(bits << (8 - count) | ((1u << (8 - count)) - 1u));
    out.resize(static_cast<std::size_t>(to - out.data()));
}

// The inverse of pack().
inline void unpack(std::string_view packed, std::string& out) {
    // A byte of what is packed has eight codes at most. All eight bytes of a look are copied,
    // however many count, so there is room for eight more.
    out.resize(packed.size() * 8 + 8);
    char* to = out.data();
    const char* from = packed.data();
    const char* const end = from + packed.size();
    // The next bits, complemented, from the top: so that there are ones behind the last.
    std::uint64_t bits = 0;
    unsigned count = 0;
    const auto drop = [&](unsigned length) {
        bits <<= length;
        count -= length;
    };
    for (;;) {
        if (count < packed_code_most) {
            if (end - from >= 8) {
                std::uint64_t word = 0;
                std::memcpy(&word, from, 8);
                // Eight bytes are looked at, and as many of them count as fit in whole: `count`
                // becomes 56 to 63, of which the lowest three bits are what they were.
                bits |= ~big_endian(word) >> count;
                from += (63 - count) / 8;
                count |= 56;
            } else {
                for (; count <= 56 && from != end; count += 8)
                    bits |= std::uint64_t{static_cast<std::uint8_t>(~*from++)} << (56 - count);
            }
        }
        const packed_look& l = packed_looks[bits >> 56];
        if (l.count != 0) {
            std::memcpy(to, l.bytes.data(), l.bytes.size());
            to += l.count;
            drop(l.length);
            continue;
        }
        // Fewer bits than a code has are left, and all of them are ones: it is the end.
        if (count < packed_code_most) break;
        *to++ = static_cast<char>(~bits >> 53);
        drop(packed_code_most);
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace ringsim::sim::states
