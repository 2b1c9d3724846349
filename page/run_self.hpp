// Another command of this program, in a process of its own.
#pragma once

#include <string>
#include <vector>

namespace ringsim::page {

// Its exit status. `silent`: nothing of its standard output is seen. Throws machine_error.
int run_self(const std::vector<std::string>& words, bool silent);

// Such a command was refused, and has said why: there is nothing to add.
struct refused_already {
    int status = 0;
};

}  // namespace ringsim::page
