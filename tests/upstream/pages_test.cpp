// What pages show of the kernel's and libbpf's own files is what the program prints, where there
// is the tree that they show; elsewhere nothing is compared. RINGSIM_ACCEPT=docs rewrites them.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/docs/pages.hpp"
#include "tests/docs/shown_commands.hpp"
#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

constexpr const char* shown_version = "6.12.117";

// Where a tree is, is the machine's.
std::string without_places(std::string text, const fs::path& tree, const std::string& shown) {
    const std::string place = fs::canonical(tree).string();
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += shown.size())
        text.replace(at, place.size(), shown);
    return text;
}

}  // namespace

TEST_CASE("upstream: what pages show of a kernel tree is what the program prints") {
    const std::string tree = tree_of(shown_version);
    if (tree.empty()) SKIP("no kernel tree of 6.12.117; see upstream/get_linux.sh");
    const fs::path root = environment("RINGSIM_SOURCE_ROOT");
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    const bool accepting = accept && std::string_view(accept) == "docs";
    // The pages' ~/linux and ~/linux-7.2: a scratch directory is the home of what runs in it.
    const scratch_directory scratch(environment("RINGSIM_PROGRAM"), root);
    fs::create_directory_symlink(tree, scratch.path() / "linux");
    const std::string newer = tree_of("7.2.13");
    if (!newer.empty()) fs::create_directory_symlink(newer, scratch.path() / "linux-7.2");
    std::size_t compared = 0;
    for (const fs::path& file : pages(root)) {
        std::string page = contents(file);
        std::ptrdiff_t grown = 0;
        for (const shown_command& shown : shown_commands(page, "```console linux")) {
            if (newer.empty() && shown.command.find("linux-7.2") != std::string::npos) continue;
            std::string printed = scratch.output_of(shown.command);
            printed = without_places(printed, tree, "~/linux");
            if (!newer.empty()) printed = without_places(printed, newer, "~/linux-7.2");
            ++compared;
            if (accepting) {
                const auto begin = static_cast<std::ptrdiff_t>(shown.begin) + grown;
                page.replace(static_cast<std::size_t>(begin), shown.end - shown.begin, printed);
                grown += static_cast<std::ptrdiff_t>(printed.size()) -
                         static_cast<std::ptrdiff_t>(shown.end - shown.begin);
                continue;
            }
            const std::string where = file.filename().string() + ":" + std::to_string(shown.line);
            INFO(where << ": $ " << shown.command << "\nprinted:\n" << printed);
            CHECK(shown.output == printed);
        }
        if (accepting && page != contents(file)) std::ofstream(file, std::ios::binary) << page;
    }
    CHECK(compared > 0);
}

}  // namespace ringsim::tests
