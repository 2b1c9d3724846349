#include "tests/docs/shown_commands.hpp"

namespace ringsim::tests {

std::vector<shown_command> shown_commands(std::string_view page, std::string_view opening) {
    std::vector<shown_command> found;
    bool compared = false;  // inside a block that shows commands
    bool fenced = false;
    std::size_t line = 1;
    for (std::size_t begin = 0; begin < page.size(); ++line) {
        const std::size_t newline = page.find('\n', begin);
        const std::size_t next = newline == std::string_view::npos ? page.size() : newline + 1;
        const std::string_view text =
            page.substr(begin, newline == std::string_view::npos ? newline : newline - begin);
        if (text.starts_with("```")) {
            compared = !fenced && text == opening;
            fenced = !fenced;
        } else if (compared && text.starts_with("$ ")) {
            found.push_back({std::string(text.substr(2)), "", next, next, line});
        } else if (compared && !found.empty()) {
            found.back().output += page.substr(begin, next - begin);
            found.back().end = next;
        }
        begin = next;
    }
    return found;
}

}  // namespace ringsim::tests
