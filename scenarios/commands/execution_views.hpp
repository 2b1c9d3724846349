// The forms in which an execution is printed for other viewers, as options: of `show`, and of the
// commands that explore programs.
#pragma once

#include <cstdint>
#include <string_view>

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

enum class execution_view : std::uint8_t { none, dot, mermaid, shiviz, perfetto };

class view_options {
  public:
    void declare(option_set& options);
    // How many were given.
    int given() const { return dot_ + mermaid_ + shiviz_ + perfetto_; }
    execution_view asked() const;
    // "--dot"; empty if none was given.
    std::string_view name() const;

  private:
    bool dot_ = false;
    bool mermaid_ = false;
    bool shiviz_ = false;
    bool perfetto_ = false;
};

}  // namespace ringsim::scenarios::commands
