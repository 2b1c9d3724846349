// What pages show of the kernel's and libbpf's own files is what the program prints, where there
// is the tree that they show; elsewhere nothing is compared. RINGSIM_ACCEPT=docs rewrites them.
#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "tests/docs/shown_pages.hpp"
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
    // The pages' ~/linux and ~/linux-7.2: a scratch directory is the home of what runs in it.
    const scratch_directory scratch(environment("RINGSIM_PROGRAM"), root);
    fs::create_directory_symlink(tree, scratch.path() / "linux");
    const std::string newer = tree_of("7.2.13");
    if (!newer.empty()) fs::create_directory_symlink(newer, scratch.path() / "linux-7.2");
    std::size_t compared = 0;
    const auto printed = [&](const std::string& command) -> std::optional<std::string> {
        if (newer.empty() && command.find("linux-7.2") != std::string::npos) return std::nullopt;
        // A cache may be older than the files that get_linux.sh takes.
        if (command.find("eventpoll") != std::string::npos &&
            !fs::exists(fs::path(tree) / "fs/eventpoll.c"))
            return std::nullopt;
        const std::string text = without_places(scratch.output_of(command), tree, "~/linux");
        return newer.empty() ? text : without_places(text, newer, "~/linux-7.2");
    };
    for (const fs::path& file : pages(root))
        compared += check_page(file, "```console linux", printed);
    CHECK(compared > 0);
}

}  // namespace ringsim::tests
