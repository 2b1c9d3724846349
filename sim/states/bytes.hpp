// States as strings of bytes, short and comparable: two states are one if and only if their bytes
// are. So whoever writes a state writes all that there is to it, in one order, and every number in
// one way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace ringsim::sim::states {

// Appends to a string that it keeps, so that writing one state after the other allocates nothing.
class byte_writer {
  public:
    void clear() { size_ = 0; }
    void byte(std::uint8_t b) {
        if (size_ == bytes_.size()) make_room(1);
        bytes_[size_++] = static_cast<char>(b);
    }
    // Without their number, which the reader has to know.
    void all(const std::uint8_t* from, std::size_t count) {
        if (bytes_.size() - size_ < count) make_room(count);
        std::memcpy(bytes_.data() + size_, from, count);
        size_ += count;
    }
    // Seven bits a byte: most numbers are small.
    void number(std::uint64_t n) {
        for (; n >= 128; n >>= 7) byte(static_cast<std::uint8_t>(n | 128));
        byte(static_cast<std::uint8_t>(n));
    }
    std::string_view bytes() const { return {bytes_.data(), size_}; }

  private:
    // Twice as much each time: then writing costs a constant for each byte.
    void make_room(std::size_t count) { bytes_.resize(2 * bytes_.size() + count + 64); }

    std::string bytes_;  // of which `size_` are written
    std::size_t size_ = 0;
};

// Takes off the front what a byte_writer wrote, in the same order. It does not look for the end:
// bytes come from the store, or from a checkpoint whose length was checked.
class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : bytes_(bytes) {}
    // A byte behind the last is the caller's mistake.
    std::uint8_t byte() { return static_cast<std::uint8_t>(bytes_[at_++]); }
    std::uint64_t number() {
        std::uint64_t n = 0;
        for (unsigned shift = 0;; shift += 7) {
            const std::uint8_t b = byte();
            n |= static_cast<std::uint64_t>(b & 127u) << shift;
            if (b < 128) return n;
        }
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace ringsim::sim::states
