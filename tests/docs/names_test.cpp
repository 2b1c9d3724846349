// What pages name is there: files and directories, other pages, commands and their options, models
// and mappings, scenarios, tests.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "sim/graph/mapping.hpp"
#include "tests/docs/pages.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

using names = std::set<std::string>;

// The first group of each match.
names matches(const std::string& text, const char* pattern) {
    const std::regex what(pattern);
    names found;
    for (std::sregex_iterator i(text.begin(), text.end(), what), end; i != end; ++i)
        found.insert((*i)[1].str());
    return found;
}

// What stands behind `ringsim` in code and in shown commands, up to the end of the call.
names calls(const std::string& page) {
    return matches(page, R"((?:`|\$ |\n|\n +)(?:\./)?ringsim ([a-z][^`|;#>&\n]*))");
}

names words_of(const std::string& list, char separator) {
    names found;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, separator);)
        if (!word.empty()) found.insert(word);
    return found;
}

struct named_things {
    names files;  // and directories, which end in '/'
    names pages;
    names commands;
    std::map<std::string, names> options;  // by command
    names models, mappings, scenarios, tests;
};

named_things named_in(const std::string& page) {
    named_things named;
    named.files = matches(page, R"(`([a-z_]+/[\w./+-]+\.(?:hpp|cpp|txt|md))`)");
    // C files, headers and directories of others are named too: the kernel's, libbpf's.
    named.files.merge(matches(
        page, R"(`((?:consumer|docs|kernel_model|packaging|page|scenarios|sim|tests|upstream)/)"
              R"([\w./+-]*(?:\.(?:h|c|build|sh|js|litmus|toml)|/))`)"));
    named.pages = matches(page, R"(\]\(([^)#:]+\.md)[#)])");
    for (std::string call : calls(page)) {
        call = call.substr(0, call.find(" -- "));
        const std::string command = call.substr(0, call.find(' '));
        named.commands.insert(command);
        named.options[command].merge(matches(call, R"( (--[a-z][a-z-]+))"));
        for (const std::string& list : matches(call, R"( --model ([a-z][\w,-]*))"))
            named.models.merge(words_of(list, ','));
        named.mappings.merge(matches(call, R"( --mapping ([a-z][\w-]*))"));
        named.scenarios.merge(
            matches(call, R"(^(?:explore|verify|outcomes|matrix|weaken|export) ([a-z][a-z-]*))"));
    }
    for (const std::string& list : matches(page, R"(\nTests: ([^.]*))"))
        named.tests.merge(matches(list, R"(`([a-z][\w -]*)`)"));
    return named;
}

bool is_of_launcher(const std::string& command) {
    return command == "test" || command == "bench";
}

}  // namespace

TEST_CASE("docs: what a page names is found") {
    const named_things named = named_in(
        "See `sim/none.hpp`, `sim/nothing/` and [this](none.md#here).\n"
        "`ringsim verify no-scenario --no-option --model sc,no-model`\n"
        "```console\n$ ./ringsim nothing --mapping none\n```\n"
        "Tests: `nobody`, `none`.\n"
        "`ringsim check a.c -- --not-ours`, ringsim prose, `RINGSIM_X=1 make`\n");
    CHECK(named.files == names{"sim/none.hpp", "sim/nothing/"});
    CHECK(named.pages == names{"none.md"});
    CHECK(named.commands == names{"check", "nothing", "verify"});
    CHECK(named.options.at("verify") == names{"--model", "--no-option"});
    CHECK(named.options.at("check").empty());
    CHECK(named.models == names{"no-model", "sc"});
    CHECK(named.mappings == names{"none"});
    CHECK(named.scenarios == names{"no-scenario"});
    CHECK(named.tests == names{"nobody", "none"});
}

TEST_CASE("docs: files, pages and tests that a page names are there") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    std::string builds;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.path().filename() == "meson.build") builds += contents(entry.path());
    std::size_t files = 0;
    std::size_t tests = 0;
    for (const fs::path& page : all_pages(root)) {
        const named_things named = named_in(contents(page));
        for (const std::string& name : named.files) {
            INFO(page.filename().string() << " names " << name);
            CHECK(fs::exists(fs::path(root) / name));
            ++files;
        }
        for (const std::string& link : named.pages) {
            INFO(page.filename().string() << " links to " << link);
            CHECK(fs::exists(page.parent_path() / link));
        }
        for (const std::string& name : named.tests) {
            INFO(page.filename().string() << " names the test " << name);
            const bool there = builds.find("test('" + name + "'") != std::string::npos ||
                               builds.find("'" + name + "': {") != std::string::npos;
            CHECK(there);
            ++tests;
        }
    }
    CHECK(files > 40);
    CHECK(tests > 5);
}

TEST_CASE("docs: commands, options and scenarios that a page names are the program's") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    const char* program = std::getenv("RINGSIM_PROGRAM");
    if (!root || !program) SKIP("RINGSIM_SOURCE_ROOT and RINGSIM_PROGRAM are not set");
    const scratch_directory scratch(program, root);
    const std::string global = scratch.output_of("./ringsim --help");
    const std::string scenarios = "\n" + scratch.output_of("./ringsim list scenarios");
    std::map<std::string, std::string> help;
    std::size_t options = 0;
    for (const fs::path& page : all_pages(root)) {
        const named_things named = named_in(contents(page));
        for (const std::string& command : named.commands) {
            if (is_of_launcher(command)) continue;
            INFO(page.filename().string() << " names ringsim " << command);
            const auto [known, is_new] = help.try_emplace(command);
            if (is_new)
                known->second = scratch.output_of(
                    "./ringsim " + (command == "help" ? command : "help " + command));
            CHECK(known->second.find("Usage") != std::string::npos);
            for (const std::string& option : named.options.at(command)) {
                INFO(option);
                const bool there = known->second.find(option) != std::string::npos ||
                                   global.find(option) != std::string::npos;
                CHECK(there);
                ++options;
            }
        }
        for (const std::string& name : named.scenarios) {
            INFO(page.filename().string() << " names the scenario " << name);
            const bool there =
                name == "all" || scenarios.find("\n" + name + " ") != std::string::npos;
            CHECK(there);
        }
    }
    CHECK(help.size() > 10);
    CHECK(options > 20);
}

// Who adds a scenario has two places to choose from, and no compiler that asks.
TEST_CASE("docs: each scenario is compared in docs/fidelity.md, or it says there why not") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    const char* program = std::getenv("RINGSIM_PROGRAM");
    if (!root || !program) SKIP("RINGSIM_SOURCE_ROOT and RINGSIM_PROGRAM are not set");
    const std::string page = contents(fs::path(root) / "docs" / "fidelity.md");
    const auto reasons = page.find("\n## What cannot be compared");
    REQUIRE(reasons != std::string::npos);
    const names compared = matches(page, R"(\n\| `([a-z-]+)` \| (?:edge|level) \|)");
    const names left_out = matches(page.substr(reasons), R"(`([a-z*][a-z*-]*)`)");
    const scratch_directory scratch(program, root);
    const names all =
        matches("\n" + scratch.output_of("./ringsim list scenarios"), R"(\n([a-z][a-z-]*)   )");
    CHECK(all.size() > 40);
    for (const std::string& name : all) {
        INFO(name);
        // As files are named in a shell: `hostile-*` is all that begin so.
        const auto is = [&](const std::string& pattern) {
            return std::regex_match(
                name, std::regex(std::regex_replace(pattern, std::regex("\\*"), ".*")));
        };
        CHECK((compared.contains(name) || std::ranges::any_of(left_out, is)));
    }
}

TEST_CASE("docs: models and mappings that a page names are there") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    std::size_t models = 0;
    for (const fs::path& page : all_pages(root)) {
        const named_things named = named_in(contents(page));
        for (const std::string& name : named.models) {
            INFO(page.filename().string() << " names the model " << name);
            const bool there = name == "all" || std::ranges::find(sim::graph::model_names, name) !=
                                                    sim::graph::model_names.end();
            CHECK(there);
            ++models;
        }
        for (const std::string& name : named.mappings) {
            INFO(page.filename().string() << " names the mapping " << name);
            CHECK(std::ranges::any_of(sim::graph::all_mappings(),
                                      [&](const auto& m) { return m.name == name; }));
        }
    }
    CHECK(models > 5);
}

}  // namespace ringsim::tests
