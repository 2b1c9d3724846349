// The options that every command has.
#pragma once

#include <cstdint>
#include <string>

namespace ringsim::scenarios {

inline constexpr std::uint64_t width_min = 60;
inline constexpr std::uint64_t width_max = 400;

// The columns of the terminal behind a file descriptor, within the limits of --width; `otherwise`
// if there is none.
std::uint64_t terminal_width(int fd, std::uint64_t otherwise);

struct settings {
    std::string color = "auto";  // auto, always, never
    std::uint64_t width = 100;   // columns of text output, where it goes to no terminal
    bool quiet = false;          // no progress, and only the verdict
    bool json = false;           // results as JSON on stdout
    bool explain = false;        // the words of the output are explained below it
    std::string out;             // the directory that findings are saved in, if one was given
    bool no_save = false;        // findings are not saved
    std::uint64_t jobs = 0;      // processes for one search; 0: one for each core

    bool use_color() const;  // on stdout
    // The directory of findings: `out`, or that of the user's programs for such things,
    // $XDG_STATE_HOME/ringsim or ~/.local/state/ringsim. Empty if there is none.
    std::string findings_directory() const;
};

}  // namespace ringsim::scenarios
