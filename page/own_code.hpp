// The lines of this project's own code in which the protocol makes its accesses.
#pragma once

#include <string_view>
#include <vector>

#include "kernel_model/site.hpp"

namespace ringsim::page {

struct code_line {
    unsigned number = 0;    // from 1
    std::string_view text;  // without what indents it
};

// Where `file` names the site, from above; none if it does not, or is no file of the protocol.
std::vector<code_line> code_lines_of(site where, std::string_view file);

}  // namespace ringsim::page
