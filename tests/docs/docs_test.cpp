// What the README and docs/ show is what the program prints.
//
// With RINGSIM_ACCEPT=docs in the environment the pages are rewritten instead of compared.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/site_table.hpp"
#include "sim/graph/mapping.hpp"
#include "tests/docs/shown_commands.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;

// A directory of its own, where `./ringsim` is the program under test, `tests` and `docs` are the
// tree's: commands run as they are shown, and what they save is swept away.
class scratch_directory {
  public:
    scratch_directory(const fs::path& program, const fs::path& root) {
        std::string name = fs::temp_directory_path() / "ringsim-docs-XXXXXX";
        path_ = ::mkdtemp(name.data());
        fs::create_symlink(program, path_ / "ringsim");
        fs::create_directory_symlink(root / "tests", path_ / "tests");
        fs::create_directory_symlink(root / "docs", path_ / "docs");
    }
    scratch_directory(const scratch_directory&) = delete;
    ~scratch_directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    // Both output streams of a shell command, together.
    std::string output_of(const std::string& command) const {
        const std::string line = "cd '" + path_.string() +
                                 "' && export HOME=\"$PWD\" && unset XDG_STATE_HOME && { " +
                                 command + "\n} 2>&1";
        std::FILE* pipe = ::popen(line.c_str(), "r");
        REQUIRE(pipe);
        std::string output;
        char buffer[4096];
        for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
            output.append(buffer, n);
        ::pclose(pipe);
        return output;
    }

  private:
    fs::path path_;
};

std::vector<fs::path> pages(const fs::path& root) {
    std::vector<fs::path> found{root / "README.md"};
    for (const char* directory : {"docs", "docs/course"})
        for (const auto& entry : fs::directory_iterator(root / directory))
            if (entry.path().extension() == ".md") found.push_back(entry.path());
    return found;
}

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("docs: shown commands are found with their outputs") {
    const std::string page =
        "text\n```sh\n$ not this\n```\n$ nor this\n"
        "```console\n$ a b\none\n\ntwo\n$ c\n```\n"
        "```console machine\n$ nor that\n```\n";
    const auto found = shown_commands(page);
    REQUIRE(found.size() == 2);
    CHECK(found[0].command == "a b");
    CHECK(found[0].output == "one\n\ntwo\n");
    CHECK(found[0].line == 7);
    CHECK(page.substr(found[0].begin, found[0].end - found[0].begin) == found[0].output);
    CHECK(found[1].command == "c");
    CHECK(found[1].output.empty());
    CHECK(page.substr(found[1].begin, 3) == "```");
}

TEST_CASE("docs: every shown output is what the program prints") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    const char* program = std::getenv("RINGSIM_PROGRAM");
    if (!root || !program) SKIP("RINGSIM_SOURCE_ROOT and RINGSIM_PROGRAM are not set");
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    const bool accepting = accept && std::string_view(accept) == "docs";
    if (!std::getenv("RINGSIM_HAS_RELACY")) SKIP("the pages show what a build with Relacy prints");
    const scratch_directory scratch(program, root);
    std::size_t compared = 0;
    for (const fs::path& file : pages(root)) {
        std::string page = contents(file);
        std::ptrdiff_t grown = 0;
        for (const shown_command& shown : shown_commands(page)) {
            const std::string printed = scratch.output_of(shown.command);
            ++compared;
            if (accepting) {
                const auto begin = static_cast<std::ptrdiff_t>(shown.begin) + grown;
                page.replace(static_cast<std::size_t>(begin), shown.end - shown.begin, printed);
                grown += static_cast<std::ptrdiff_t>(printed.size()) -
                         static_cast<std::ptrdiff_t>(shown.end - shown.begin);
                continue;
            }
            const std::string where = file.filename().string() + ":" + std::to_string(shown.line);
            INFO(where << ": $ " << shown.command << "\nprinted:\n"
                       << printed << "if that is right: RINGSIM_ACCEPT=docs ./ringsim test docs");
            CHECK(shown.output == printed);
        }
        if (accepting) std::ofstream(file, std::ios::binary) << page;
    }
    CHECK(compared > 0);
}

// --- What pages name -----------------------------------------------------------------------------

namespace {

std::vector<fs::path> all_pages(const fs::path& root) {
    std::vector<fs::path> found = pages(root);
    found.push_back(root / "CONTRIBUTING.md");
    return found;
}

// The first group of each match.
std::set<std::string> matches(const std::string& text, const char* pattern) {
    const std::regex what(pattern);
    std::set<std::string> found;
    for (std::sregex_iterator i(text.begin(), text.end(), what), end; i != end; ++i)
        found.insert((*i)[1].str());
    return found;
}

}  // namespace

TEST_CASE("docs: files and pages that a page names are there") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    std::size_t files = 0;
    for (const fs::path& page : all_pages(root)) {
        const std::string text = contents(page);
        for (const std::string& name :
             matches(text, R"(`([a-z_]+/[\w./-]+\.(?:hpp|cpp|txt|md)))")) {
            INFO(page.filename().string() << " names " << name);
            CHECK(fs::exists(fs::path(root) / name));
            ++files;
        }
        for (const std::string& link : matches(text, R"(\]\(([^)#:]+\.md)[#)])")) {
            INFO(page.filename().string() << " links to " << link);
            CHECK(fs::exists(page.parent_path() / link));
        }
    }
    CHECK(files > 20);
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

TEST_CASE("docs: commands that a page names are the program's") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    const char* program = std::getenv("RINGSIM_PROGRAM");
    if (!root || !program) SKIP("RINGSIM_SOURCE_ROOT and RINGSIM_PROGRAM are not set");
    const scratch_directory scratch(program, root);
    std::set<std::string> commands;
    for (const fs::path& page : all_pages(root))
        commands.merge(matches(contents(page), R"((?:`|\$ |\n)(?:\./)?ringsim ([a-z]+))"));
    CHECK(commands.size() > 10);
    for (const std::string& command : commands) {
        if (command == "test" || command == "bench") continue;  // of the launcher
        const std::string asked = command == "help" ? "help" : "help " + command;
        CHECK_MESSAGE(scratch.output_of("./ringsim " + asked).find("Usage") != std::string::npos,
                      command);
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

TEST_CASE("docs: docs/protocol.md has every site as the site table has it") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    const std::string page = contents(fs::path(root) / "docs" / "protocol.md");
    for (const site_info& site : site_table) {
        const bool code = site.function.find(' ') == std::string_view::npos;
        std::string row = "| `" + std::string(site.name) + "` | ";
        row += (code ? "`" : "") + std::string(site.function) + (code ? "`" : "");
        row += " | " + std::string(name(site.kind)) + " | " + std::string(name(site.initial));
        row += " | " + std::string(site.pairs_with) + " |\n";
        INFO(row);
        CHECK(page.find(row) != std::string::npos);
    }
}

}  // namespace ringsim::tests
