// What `ringsim check` says of a program, for tests of what it visits once for many.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/shell.hpp"

namespace ringsim::tests {

namespace fs = std::filesystem;
using nlohmann::json;

struct answer {
    std::string verdict;
    std::string what;  // is wrong
    std::uint64_t executions = 0;
    std::uint64_t violating = 0;
    std::uint64_t blocked = 0;  // executions that were given up
    std::string reduced;
    std::string text;
};

inline answer answer_of(const std::string& program, const fs::path& file,
                        const std::string& options, const std::string& flags) {
    const std::string text =
        output_of_shell(program + " check " + file.string() + " --keep-going --json " + options +
                        " -- " + flags + " 2>&1");
    const json j = json::parse(text, nullptr, false);
    if (j.is_discarded()) return {"", "", 0, 0, 0, "", text};
    return {j["verdict"],
            j["what"],
            j["executions"],
            j["violating"],
            j["blocked"],
            j.contains("reduced") ? j["reduced"].dump() : "",
            text};
}

inline fs::path source(const char* name) {
    return fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/programs/reduced" / name;
}

}  // namespace ringsim::tests
