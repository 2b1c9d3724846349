// Kernel C with kernel primitives, as `kernel` and `check` compile it. Defined in upstream/, which
// stands above.
#pragma once

#include <string>
#include <vector>

#include "sim/check/compile.hpp"

namespace ringsim::scenarios::commands {

// Whether one of the files includes <ringsim/...>, which nobody has but the kernel's stand-in
// headers.
bool is_kernel_code(const std::vector<std::string>& files);

// With $CC and those headers; behind them, the headers of the tree `linux`, if there is one. Throws
// user_error and machine_error.
sim::check::built_program build_kernel_code(const std::vector<std::string>& files,
                                            const std::vector<std::string>& flags,
                                            const std::string& linux, bool allow_unseen,
                                            const sim::check::work_directory& where);

// The file of the tree, by its name there, that has this function; empty if none is found among
// those that have no machine and no device.
std::string file_with_function(const std::string& linux, const std::string& function);

}  // namespace ringsim::scenarios::commands
