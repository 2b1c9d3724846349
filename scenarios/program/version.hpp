// The version of the program.
#pragma once

#include <string_view>

namespace ringsim::scenarios {

inline constexpr std::string_view program_version = RINGSIM_VERSION;  // from meson.build

}  // namespace ringsim::scenarios
