// What a gate says of the user's own files of the kernel and libbpf.
#pragma once

#include "scenarios/gate/gate.hpp"

namespace ringsim::scenarios::commands {

// Asks this program's `upstream` command, in a process of its own. Throws user_error, one line that
// begins with FILE:LINE, if the files are not what they should be.
gate::gate_result run_upstream_item(const gate::gate& of, const gate::gate_item& item);

}  // namespace ringsim::scenarios::commands
