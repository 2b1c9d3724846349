// The commands that the documentation shows, with the output that it shows for them.
//
// A fenced block that opens with ```console shows commands, `$ ./ringsim ...`, each followed by its
// whole output, to the byte. A block that needs a kernel tree opens with ```console linux: the test
// `upstream` compares it, where there is one. A block whose output depends on the machine opens
// with ```console machine; it is left alone.
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

// Of the blocks that open so.
std::vector<shown_command> shown_commands(std::string_view page,
                                          std::string_view opening = "```console");

}  // namespace ringsim::tests
