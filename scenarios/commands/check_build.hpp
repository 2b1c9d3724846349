// From the user's files to a program that can be explored, as `check` does it.
#pragma once

#include <string>
#include <vector>

#include "sim/check/compile.hpp"
#include "sim/check/image.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::scenarios::commands {

// With $CC, $CXX and $RUSTC. Throws user_error and machine_error.
sim::check::built_program build_program(const std::vector<std::string>& files,
                                        const std::vector<std::string>& flags, bool allow_unseen,
                                        const sim::check::work_directory& where);

// What counts as an error if nothing else is asked for.
sim::check::check_limits usual_limits(sim::graph::model_id m,
                                      const sim::check::built_program& program);

// "FILE:LINE: " of what cannot be explored; `file` if the place is not known.
std::string place_refused(const sim::check::runtime& runtime, const std::string& image,
                          const std::string& file);

}  // namespace ringsim::scenarios::commands
