// States as strings of bytes, short and comparable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringsim::sim::states {

class byte_writer {
  public:
    void clear() { bytes_.clear(); }
    void byte(std::uint8_t b) { bytes_.push_back(static_cast<char>(b)); }
    // Seven bits a byte: most numbers are small.
    void number(std::uint64_t n) {
        for (; n >= 128; n >>= 7) byte(static_cast<std::uint8_t>(n | 128));
        byte(static_cast<std::uint8_t>(n));
    }
    std::string_view bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : bytes_(bytes) {}
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
