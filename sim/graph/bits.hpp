// A set of events as a fixed row of bits: the one representation of relations in this engine. A
// relation is a row for each event that holds the events before it.
//
// The width W, in words of 64 events, is a template argument: the loops below unroll, and a set
// lives in registers for the small sizes. The explorers are compiled for three widths
// (explore_with.hpp) and move to the next one when an execution outgrows a graph. Nothing here
// checks its argument: an event is below 64 * W.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ringsim::sim::graph {

// The slot of an event in its graph. It says nothing about order: slots are used again.
using event_id = std::uint16_t;

// An aggregate, so that graphs stay trivially copyable; `bits b;` is not initialised, none() is
// empty.
template <unsigned W>
struct bits {
    static constexpr unsigned narrow = 3;
    std::array<std::uint64_t, W> word;

    static constexpr bits none() { return bits{}; }
    [[gnu::always_inline]] static constexpr bits of(event_id e) {
        bits b{};
        const std::uint64_t bit = std::uint64_t{1} << (e % 64);
        for (unsigned i = 0; i < W; ++i) b.word[i] = e / 64 == i ? bit : 0;
        return b;
    }

    // A narrow set is changed as a whole. To change one word of it in memory takes fewer
    // instructions, but the processor cannot read the whole set again before that word has arrived
    // there, and waits: that was a fifth of the time of a search.
    [[gnu::always_inline]] constexpr void set(event_id e) {
        if constexpr (W <= narrow)
            *this |= of(e);
        else
            word[e / 64] |= std::uint64_t{1} << (e % 64);
    }
    [[gnu::always_inline]] constexpr void reset(event_id e) {
        if constexpr (W <= narrow)
            *this -= of(e);
        else
            word[e / 64] &= ~(std::uint64_t{1} << (e % 64));
    }
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
    // Union, intersection and difference. A call would cost more than what they do.
    [[gnu::always_inline]] friend constexpr bits operator|(bits a, const bits& b) { return a |= b; }
    [[gnu::always_inline]] friend constexpr bits operator&(bits a, const bits& b) { return a &= b; }
    [[gnu::always_inline]] friend constexpr bits operator-(bits a, const bits& b) { return a -= b; }
    friend constexpr bool operator==(const bits&, const bits&) = default;

    // Both of these look at all words without a branch: W is small, and a mispredicted branch costs
    // more than the words that are left.
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
    // Calls f(e) for each event of the set, in ascending order. The set is read before f runs, word
    // by word: f may change another copy of it.
    template <class F>
    constexpr void each(F&& f) const {
        for (unsigned i = 0; i < W; ++i)
            for (std::uint64_t rest = word[i]; rest != 0; rest &= rest - 1)
                f(static_cast<event_id>(i * 64 + static_cast<unsigned>(std::countr_zero(rest))));
    }
};

// Calls f(e) for the youngest event of the set (the one with the largest number, which is mostly
// the same), and leaves out those that it returns; and so on with the ones that are left. For
// unions over events of which most have all that others have.
template <unsigned W, class F>
[[gnu::always_inline]] constexpr void each_but_covered(bits<W> events, F&& f) {
    while (events.any()) {
        const event_id e = events.last();
        events.reset(e);
        events -= f(e);
    }
}

// `events` and all that is before them, where before(e) is what is before `e`, and has all that is
// before what it has.
template <unsigned W, class F>
[[gnu::always_inline]] constexpr bits<W> with_all_before(const bits<W>& events, F&& before) {
    bits<W> all = events;
    each_but_covered(events, [&](event_id e) {
        const bits<W>& more = before(e);
        all |= more;
        return more;
    });
    return all;
}

}  // namespace ringsim::sim::graph
