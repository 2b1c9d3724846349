// An exploration that may be killed, and gone on with from what it wrote down.
//
// What is written down: the states and which of them are explored, what was found out about the
// program, and every step by which places of its threads were found, in that order. The steps are
// repeated, so the places have the numbers again that the states name them by.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

namespace ringsim::sim::states {

class checkpointing {
  public:
    using writer = std::function<void(std::string_view)>;

    virtual ~checkpointing() = default;
    // Asked now and then, between two states.
    virtual bool is_due() = 0;
    // Calls `all` with what takes the parts, one behind the other.
    virtual void save(const std::function<void(const writer&)>& all) = 0;
    // The parts to go on from; null: there are none.
    virtual std::istream* saved() = 0;
};

// As byte_writer has them.
inline std::uint64_t read_number(std::istream& in) {
    std::uint64_t n = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto b = static_cast<std::uint8_t>(in.get());
        n |= static_cast<std::uint64_t>(b & 127u) << shift;
        if (b < 128 || !in) return n;
    }
}
inline std::string read_bytes(std::istream& in, std::uint64_t size) {
    std::string bytes(size, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    return bytes;
}

}  // namespace ringsim::sim::states
