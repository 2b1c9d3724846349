// From the user's files to a program that can be explored, as `check` does it.
#pragma once

#include <string>
#include <vector>

#include "sim/check/compile.hpp"
#include "sim/check/image.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::scenarios::commands {

// What an environment variable says, if it says something: which compiler is meant.
std::string environment_or(const char* name, const char* otherwise);

// With $CC, $CXX and $RUSTC. Throws user_error and machine_error.
sim::check::built_program build_program(const std::vector<std::string>& files,
                                        const std::vector<std::string>& flags, bool allow_unseen,
                                        const sim::check::work_directory& where);

// Of files that are taken for kernel code, because they are or because they are to be judged under
// the kernel's model.
sim::check::built_program build_for_kernel(const std::vector<std::string>& files,
                                           const std::vector<std::string>& flags, bool allow_unseen,
                                           const sim::check::work_directory& where);

// What counts as an error if nothing else is asked for.
sim::check::check_limits usual_limits(sim::graph::model_id m,
                                      const sim::check::built_program& program);

// Why the program cannot be explored, behind the place in it; behind `file` if that is not known.
std::string refusal_text(const sim::check::runtime& runtime, const std::string& image,
                         const std::string& file);

}  // namespace ringsim::scenarios::commands
