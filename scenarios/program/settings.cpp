#include "scenarios/program/settings.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ringsim::scenarios {

std::uint64_t terminal_width(int fd, std::uint64_t otherwise) {
    winsize size{};
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
    return std::clamp<std::uint64_t>(size.ws_col, width_min, width_max);
}

bool settings::use_color() const {
    if (color == "auto") return isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR");
    return color == "always";
}

std::string settings::findings_directory() const {
    if (!out.empty()) return out;
    if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
        return std::string(state) + "/ringsim";
    const char* home = std::getenv("HOME");
    return home && *home ? std::string(home) + "/.local/state/ringsim" : std::string();
}

}  // namespace ringsim::scenarios
