// Calls whose result the program does not look at, as far as its assembly tells.
#pragma once

#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

namespace ringsim::sim::check {

// Whether it makes a difference to a function that nobody looks at what it returns. In front of
// such a call stands what sets ringsim_unheeded (meeting.hpp).
bool may_be_unheeded(std::string_view function);

// Where %rax is written before it is read. What is not known to be so counts as read.
class unheeded_results {
  public:
    // The lines stay where they are.
    explicit unheeded_results(const std::vector<std::string_view>& lines);
    // On every way on from behind this line.
    bool behind(std::size_t line) const;

  private:
    bool unread_from(std::size_t line, std::vector<bool>& been) const;

    const std::vector<std::string_view>& lines_;
    std::map<std::string_view, std::size_t> labels_;
};

}  // namespace ringsim::sim::check
