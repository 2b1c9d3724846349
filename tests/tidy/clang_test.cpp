// Clang takes every unit of the build without a warning. It is told more than gcc tells, and an old
// one lacks what gcc has long had.
//
// Only parsed: to make code of it would take as long as a build. Units of one list, as the build
// has them: units that are put together are looked at as a whole. What the test `builds` compiles
// by clang, with the same warnings, is not parsed here once more.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "tests/files.hpp"
#include "tests/shell.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

// What gcc alone understands, and what makes files.
bool is_for_gcc(const std::string& word) {
    return word == "-c" || word == "-MD" || word == "-fno-ipa-icf" || word == "-Wno-restrict" ||
           word.starts_with("-Wno-alloc-size") || word.starts_with("-fsanitize=");
}
bool takes_a_file(const std::string& word) {
    return word == "-o" || word == "-MF" || word == "-MQ";
}

// What meson.build tells a newer clang, and an older one does not know.
std::string for_clang() {
    const std::string option = " -Wno-c2y-extensions";
    const std::string empty = "clang++ -Werror -fsyntax-only -x c++ /dev/null";
    return std::system((empty + option + " > /dev/null 2>&1").c_str()) == 0 ? option : "";
}

// The command of a unit with another compiler; nothing for a unit that is no C++.
std::string with_clang(const std::string& command, const std::string& options) {
    std::istringstream words(command);
    std::string word;
    std::string made = "clang++ -fsyntax-only";
    bool arguments = false;
    while (words >> word) {
        if (!arguments) {
            arguments = word.starts_with("-");
            if (!arguments) continue;
        }
        if (takes_a_file(word))
            words >> word;
        else if (!is_for_gcc(word))
            made += " " + word;
    }
    return made + options + " 2>&1";
}

// The objects of the program that `builds` compiles by the other one of gcc and clang: without
// Relacy, and so all but what is about it.
std::set<std::string> compiled_by_builds(const std::filesystem::path& build) {
    std::istringstream files(output_of_shell("ninja -C '" + build.string() +
                                             "' -t inputs tests/determinism/print_executions"));
    std::set<std::string> objects;
    for (std::string file; std::getline(files, file);)
        if (file.ends_with(".o") && file.find("relacy") == std::string::npos) objects.insert(file);
    return objects;
}

}  // namespace

TEST_CASE("clang: every unit is parsed without a warning") {
    if (std::system("clang++ --version > /dev/null 2>&1") != 0) SKIP("no clang++");
    const std::filesystem::path build =
        std::filesystem::path(environment("RINGSIM_PROGRAM")).parent_path();
    const auto units = nlohmann::json::parse(contents(build / "compile_commands.json"));
    std::set<std::string> seen;
    const std::string options = for_clang();
    const std::set<std::string> elsewhere = compiled_by_builds(build);
    for (const auto& unit : units) {
        const std::string file = unit["file"];
        // Several programs are made of one file, with other faults in it.
        if (!file.ends_with(".cpp") || !seen.insert(file).second) continue;
        const std::string command = unit["command"];
        const bool is_by_clang = command.find("clang") != std::string::npos;
        if (!is_by_clang && elsewhere.contains(unit["output"])) continue;
        int status = 0;
        const std::string said = output_of_shell(
            "cd " + build.string() + " && " + with_clang(command, options), &status);
        CHECK_MESSAGE(status == 0, file, ": ", said);
        CHECK_MESSAGE(said.empty(), file, ": ", said);
    }
    CHECK(seen.size() > 50);
}

}  // namespace ringsim::tests
