// A list of a few small numbers in one word: what a list_head links, items or threads, by number.
#pragma once

#include <cstdint>

namespace ringsim::kernel {

class short_list {
  public:
    // Up to sixteen entries of four bits; an entry is kept as its number and one.
    static constexpr unsigned entry_max = 14;

    constexpr short_list() = default;
    constexpr explicit short_list(std::uint64_t word) : word_(word) {}
    // EP_UNACTIVE_PTR: no list at all.
    static constexpr short_list inactive() { return short_list(~std::uint64_t{0}); }

    constexpr std::uint64_t word() const { return word_; }
    constexpr bool empty() const { return word_ == 0; }
    constexpr unsigned size() const {
        unsigned n = 0;
        for (std::uint64_t rest = word_; rest != 0; rest >>= 4) ++n;
        return n;
    }
    constexpr unsigned front() const { return static_cast<unsigned>(word_ & 15) - 1; }
    constexpr bool contains(unsigned entry) const {
        for (std::uint64_t rest = word_; rest != 0; rest >>= 4)
            if ((rest & 15) == entry + 1) return true;
        return false;
    }
    constexpr void pop_front() { word_ >>= 4; }
    constexpr void push_front(unsigned entry) { word_ = word_ << 4 | (entry + 1); }
    constexpr void push_back(unsigned entry) { word_ |= std::uint64_t{entry + 1} << 4 * size(); }
    constexpr void remove(unsigned entry) {
        short_list kept;
        for (short_list rest = *this; !rest.empty(); rest.pop_front())
            if (rest.front() != entry) kept.push_back(rest.front());
        *this = kept;
    }
    // list_splice(): the other list before this one.
    constexpr void splice_front(const short_list& other) {
        word_ = word_ << 4 * other.size() | other.word_;
    }

    friend constexpr bool operator==(const short_list&, const short_list&) = default;

  private:
    std::uint64_t word_ = 0;
};

}  // namespace ringsim::kernel
