// A page beside what the program prints.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "tests/docs/pages.hpp"
#include "tests/docs/shown_commands.hpp"

namespace ringsim::tests {

// Whether pages are to be rewritten instead of compared.
inline bool accepting_pages() {
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    return accept && std::string_view(accept) == "docs";
}

// Checks what stands between `head`, which must be there once, and the next empty line: a table
// that is known elsewhere. With RINGSIM_ACCEPT=docs it is rewritten instead.
inline void check_part(const fs::path& file, std::string_view head, const std::string& known) {
    std::string page = contents(file);
    const std::size_t at = page.find(head);
    REQUIRE(at != std::string::npos);
    const std::size_t begin = at + head.size();
    const std::size_t length = page.find("\n\n", begin) + 1 - begin;
    if (accepting_pages()) {
        if (page.substr(begin, length) == known) return;
        page.replace(begin, length, known);
        std::ofstream(file, std::ios::binary) << page;
        return;
    }
    INFO(file.filename().string() << " must have:\n"
                                  << known
                                  << "if that is right: RINGSIM_ACCEPT=docs ./ringsim test docs");
    CHECK(page.substr(begin, length) == known);
}

// Checks each output that the page shows in blocks that open so; how many there were. With
// RINGSIM_ACCEPT=docs the page is rewritten instead. printed(command): what it prints, as the page
// has it; nothing if it cannot be run here.
template <class F>
std::size_t check_page(const fs::path& file, std::string_view opening, F&& printed) {
    const bool accepting = accepting_pages();
    const std::string before = contents(file);
    std::string page = before;
    std::ptrdiff_t grown = 0;
    std::size_t compared = 0;
    for (const shown_command& shown : shown_commands(before, opening)) {
        const std::optional<std::string> now = printed(shown.command);
        if (!now) continue;
        ++compared;
        if (accepting) {
            const auto begin = static_cast<std::ptrdiff_t>(shown.begin) + grown;
            page.replace(static_cast<std::size_t>(begin), shown.end - shown.begin, *now);
            grown += static_cast<std::ptrdiff_t>(now->size()) -
                     static_cast<std::ptrdiff_t>(shown.end - shown.begin);
            continue;
        }
        const std::string where = file.filename().string() + ":" + std::to_string(shown.line);
        INFO(where << ": $ " << shown.command << "\nprinted:\n"
                   << *now << "if that is right: RINGSIM_ACCEPT=docs ./ringsim test docs");
        CHECK(shown.output == *now);
    }
    if (page != before) std::ofstream(file, std::ios::binary) << page;
    return compared;
}

}  // namespace ringsim::tests
