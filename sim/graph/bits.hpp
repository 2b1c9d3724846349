// A set of events as a fixed row of bits: the one representation of relations in this engine. A
// relation is a row for each event that holds the events before it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ringsim::sim::graph {

using event_id = std::uint16_t;

template <unsigned W>
struct bits {
    std::array<std::uint64_t, W> word;

    static constexpr bits none() { return bits{}; }
    static constexpr bits of(event_id e) {
        bits b{};
        b.set(e);
        return b;
    }

    constexpr void set(event_id e) { word[e / 64] |= std::uint64_t{1} << (e % 64); }
    constexpr void reset(event_id e) { word[e / 64] &= ~(std::uint64_t{1} << (e % 64)); }
    constexpr bool test(event_id e) const { return (word[e / 64] >> (e % 64)) & 1; }

    constexpr bits& operator|=(const bits& o) {
        for (unsigned i = 0; i < W; ++i) word[i] |= o.word[i];
        return *this;
    }
    constexpr bits& operator&=(const bits& o) {
        for (unsigned i = 0; i < W; ++i) word[i] &= o.word[i];
        return *this;
    }
    // Removes the events of `o`.
    constexpr bits& operator-=(const bits& o) {
        for (unsigned i = 0; i < W; ++i) word[i] &= ~o.word[i];
        return *this;
    }
    friend constexpr bits operator|(bits a, const bits& b) { return a |= b; }
    friend constexpr bits operator&(bits a, const bits& b) { return a &= b; }
    friend constexpr bits operator-(bits a, const bits& b) { return a -= b; }
    friend constexpr bool operator==(const bits&, const bits&) = default;

    constexpr bool any() const {
        std::uint64_t all = 0;
        for (unsigned i = 0; i < W; ++i) all |= word[i];
        return all != 0;
    }
    constexpr bool intersects(const bits& o) const {
        std::uint64_t all = 0;
        for (unsigned i = 0; i < W; ++i) all |= word[i] & o.word[i];
        return all != 0;
    }
    constexpr unsigned count() const {
        unsigned n = 0;
        for (unsigned i = 0; i < W; ++i) n += static_cast<unsigned>(std::popcount(word[i]));
        return n;
    }
    // The smallest event in the set, which is not empty.
    constexpr event_id first() const {
        unsigned i = 0;
        while (word[i] == 0) ++i;
        return static_cast<event_id>(i * 64 + static_cast<unsigned>(std::countr_zero(word[i])));
    }
    // The largest event in the set, which is not empty.
    constexpr event_id last() const {
        unsigned i = W - 1;
        while (word[i] == 0) --i;
        return static_cast<event_id>(i * 64 + static_cast<unsigned>(std::bit_width(word[i])) - 1);
    }
    // The smallest event that is not in the set; 64 * W if it is full.
    constexpr unsigned first_absent() const {
        for (unsigned i = 0; i < W; ++i)
            if (~word[i] != 0) return i * 64 + static_cast<unsigned>(std::countr_one(word[i]));
        return W * 64;
    }
    template <class F>
    constexpr void each(F&& f) const {
        for (unsigned i = 0; i < W; ++i)
            for (std::uint64_t rest = word[i]; rest != 0; rest &= rest - 1)
                f(static_cast<event_id>(i * 64 + static_cast<unsigned>(std::countr_zero(rest))));
    }
};

}  // namespace ringsim::sim::graph
