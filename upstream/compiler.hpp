// What the compiler says of a file, before it is translated: in one line.
#pragma once

#include <string>
#include <vector>

namespace ringsim::upstream_code {

// Throws sim::check::build_error if the file does not compile: a name or a header that the stand-in
// headers lack, or whatever else is wrong, and where.
void try_compiler(const std::string& compiler, const std::vector<std::string>& flags,
                  const std::string& file);

// The same from the compiler's messages; empty if they hold no error.
std::string complaint(const std::string& messages);

}  // namespace ringsim::upstream_code
