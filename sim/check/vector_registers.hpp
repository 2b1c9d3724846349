// Functions that may keep something in registers which are no general ones, from one instruction to
// the next. No hook is a call to the compiler, so that is part of what a thread has of its own
// there (spinning.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace ringsim::sim::check {

enum class other_registers : std::uint8_t {
    none,     // or only on the way from one place in memory to another
    vectors,  // %xmm0 and so on
    unsaved,  // of the x87, which hooks do not save
};

class vector_registers {
  public:
    explicit vector_registers(const std::vector<std::string_view>& lines);
    // In the function that this line is in.
    other_registers used_at(std::size_t line) const;

  private:
    // The line at which a stretch begins, to the next one.
    std::map<std::size_t, other_registers> stretches_;
};

}  // namespace ringsim::sim::check
