// The options that every command has.
#pragma once

#include <cstdint>
#include <string>

namespace ringsim::scenarios {

struct settings {
    std::string color = "auto";  // auto, always, never
    std::uint64_t width = 100;   // columns of text output
    bool quiet = false;          // no progress, and only the verdict
    bool json = false;           // results as JSON on stdout
    std::string out = "out";     // the directory that findings are saved in

    bool use_color() const;  // on stdout
};

}  // namespace ringsim::scenarios
