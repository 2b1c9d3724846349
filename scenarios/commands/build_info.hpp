// How this program was built.
#pragma once

#include <string>

namespace ringsim::scenarios::commands {

std::string compiler();

// What `ringsim --version` prints: several lines, the first of them name and version. The same
// text for the same sources and build options.
std::string version_text();

}  // namespace ringsim::scenarios::commands
