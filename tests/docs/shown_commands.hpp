// The commands that the documentation shows, with the output that it shows for them.
//
// A fenced block that opens with ```console shows commands, `$ ./ringsim ...`, each followed by its
// whole output, to the byte. A block whose output depends on the machine opens with ```console and
// one more word; it is left alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::tests {

struct shown_command {
    std::string command;    // without the prompt
    std::string output;     // what the page shows below it
    std::size_t begin = 0;  // where that output stands in the page
    std::size_t end = 0;
    std::size_t line = 0;  // of the command
};

std::vector<shown_command> shown_commands(std::string_view page);

}  // namespace ringsim::tests
