// What `ringsim check` says of a program, for tests of what it visits once for many.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace ringsim::tests {

namespace fs = std::filesystem;
using nlohmann::json;

inline std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    REQUIRE_MESSAGE(value, name);
    return value;
}

struct answer {
    std::string verdict;
    std::string what;  // is wrong
    std::uint64_t executions = 0;
    std::uint64_t violating = 0;
    std::string reduced;
    std::string text;
};

inline answer answer_of(const std::string& program, const fs::path& file,
                        const std::string& options, const std::string& flags) {
    const std::string command = program + " check " + file.string() + " --keep-going --json " +
                                options + " -- " + flags + " 2>&1";
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    char part[4096];
    for (std::size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, n);
    pclose(pipe);
    const json j = json::parse(text, nullptr, false);
    if (j.is_discarded()) return {"", "", 0, 0, "", text};
    return {j["verdict"],
            j["what"],
            j["executions"],
            j["violating"],
            j.contains("reduced") ? j["reduced"].dump() : "",
            text};
}

inline bool has_compiler() {
    return std::system("cc --version > /dev/null 2>&1") == 0;
}

inline fs::path source(const char* name) {
    return fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/programs/reduced" / name;
}

}  // namespace ringsim::tests
