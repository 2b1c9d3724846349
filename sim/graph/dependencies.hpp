// Dependencies of an access on earlier reads of its thread, as the program states them. Compiled
// code does not show its dependencies, so they are absent unless stated: a model that knows them is
// weaker then, never stronger.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ringsim::sim::graph {

// Reads of one thread, each by its place in program order (executor::last_read()), and writes of
// store-conditionals, whose result depends on them: right behind their reads. A read beyond
// places_max is not kept: the dependency counts as absent.
class read_set {
  public:
    static constexpr unsigned places_max = 128;

    constexpr void add(unsigned place) {
        if (place < places_max) word_[place / 64] |= std::uint64_t{1} << (place % 64);
    }
    constexpr bool any() const { return (word_[0] | word_[1]) != 0; }
    constexpr bool has(unsigned place) const {
        return place < places_max && ((word_[place / 64] >> (place % 64)) & 1) != 0;
    }
    // Calls f(place) for each, in order.
    template <class F>
    constexpr void each(F&& f) const {
        for (unsigned i = 0; i < word_.size(); ++i)
            for (std::uint64_t rest = word_[i]; rest != 0; rest &= rest - 1)
                f(i * 64 + static_cast<unsigned>(std::countr_zero(rest)));
    }
    constexpr read_set& operator|=(const read_set& o) {
        word_[0] |= o.word_[0];
        word_[1] |= o.word_[1];
        return *this;
    }
    friend constexpr read_set operator|(read_set a, const read_set& b) { return a |= b; }
    friend constexpr read_set operator-(read_set a, const read_set& b) {
        a.word_[0] &= ~b.word_[0];
        a.word_[1] &= ~b.word_[1];
        return a;
    }
    friend constexpr bool operator==(const read_set&, const read_set&) = default;

  private:
    std::array<std::uint64_t, places_max / 64> word_{};
};

struct dependencies {
    read_set addr;  // the address was computed from these
    read_set data;  // so was the value written
    // These picked the value written, or whether it is written, among others that there were. Under
    // lkmm: those of `data` that the value does not change with.
    read_set pick;
    // A branch before the access depends on these. It holds for all that comes later in the thread
    // too, and need not be stated again.
    read_set ctrl;

    constexpr bool any() const { return addr.any() || data.any() || pick.any() || ctrl.any(); }
};

// Of an access that depends on nothing. One for all: making one costs as much as a replayed access.
inline constexpr dependencies independent{};

// The dependencies of an event as sets of events, as models keep them.
template <class Set>
struct stated_dependencies {
    Set addr{};
    Set data{};
    Set ctrl{};
    Set pick{};
};

}  // namespace ringsim::sim::graph
