// What the README and docs/ show is what the program prints.
//
// With RINGSIM_ACCEPT=docs in the environment the pages are rewritten instead of compared.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "kernel_model/site_table.hpp"
#include "sim/graph/mapping.hpp"
#include "tests/docs/pages.hpp"
#include "tests/docs/shown_pages.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {

TEST_CASE("docs: shown commands are found with their outputs") {
    const std::string page =
        "text\n```sh\n$ not this\n```\n$ nor this\n"
        "```console\n$ a b\none\n\ntwo\n$ c\n```\n"
        "```console machine\n$ nor that\n```\n"
        "```console linux\n$ d\nthree\n```\n";
    const auto found = shown_commands(page);
    REQUIRE(found.size() == 2);
    CHECK(found[0].command == "a b");
    CHECK(found[0].output == "one\n\ntwo\n");
    CHECK(found[0].line == 7);
    CHECK(page.substr(found[0].begin, found[0].end - found[0].begin) == found[0].output);
    CHECK(found[1].command == "c");
    CHECK(found[1].output.empty());
    CHECK(page.substr(found[1].begin, 3) == "```");
    const auto of_linux = shown_commands(page, "```console linux");
    REQUIRE(of_linux.size() == 1);
    CHECK(of_linux[0].output == "three\n");
}

TEST_CASE("docs: every shown output is what the program prints") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    const char* program = std::getenv("RINGSIM_PROGRAM");
    if (!root || !program) SKIP("RINGSIM_SOURCE_ROOT and RINGSIM_PROGRAM are not set");
    if (!std::getenv("RINGSIM_HAS_RELACY")) SKIP("the pages show what a build with Relacy prints");
    const scratch_directory scratch(program, root);
    std::size_t compared = 0;
    for (const fs::path& file : pages(root))
        compared += check_page(file, "```console", [&](const std::string& command) {
            return std::optional(scratch.output_of(command));
        });
    CHECK(compared > 0);
}

TEST_CASE("docs: the list of pages has each of them") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    const std::string list = contents(fs::path(root) / "docs" / "README.md");
    for (const fs::path& page : pages(root)) {
        if (page.filename() == "README.md") continue;
        INFO(page.filename().string());
        const std::string name = fs::relative(page, fs::path(root) / "docs").generic_string();
        CHECK(list.find("](" + name + ")") != std::string::npos);
    }
}

TEST_CASE("docs: the pages about models have all of them") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    for (const char* page : {"engine.md", "models.md"})
        for (const std::string_view model : sim::graph::model_names) {
            INFO(page << ": " << std::string(model));
            CHECK(contents(fs::path(root) / "docs" / page).find("`" + std::string(model) + "`") !=
                  std::string::npos);
        }
}

TEST_CASE("docs: the table of sites in docs/protocol.md is the site table") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    const std::string head =
        "| site | function | access | upstream | pairs with |\n|---|---|---|---|---|\n";
    std::string table;
    for (const site_info& site : site_table) {
        const bool code = site.function.find(' ') == std::string_view::npos;
        std::string row = "| `" + std::string(site.name) + "` | ";
        row += (code ? "`" : "") + std::string(site.function) + (code ? "`" : "");
        row += " | " + std::string(name(site.kind)) + " | " + std::string(name(site.initial));
        table += row + " | " + std::string(site.pairs_with) + " |\n";
    }
    check_part(fs::path(root) / "docs" / "protocol.md", head, table);
}

}  // namespace ringsim::tests
