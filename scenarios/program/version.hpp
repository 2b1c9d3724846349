// The version of the program, and of the kernel whose code it models.
#pragma once

#include <string_view>

namespace ringsim::scenarios {

inline constexpr std::string_view program_version = RINGSIM_VERSION;  // from meson.build
inline constexpr std::string_view kernel_version = "6.12";

}  // namespace ringsim::scenarios
