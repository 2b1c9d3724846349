// What `ringsim check` says of a program, for tests of what it visits once for many.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

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

inline std::string text_of_check(const std::string& program, const fs::path& file,
                                 const std::string& options, const std::string& flags) {
    return output_of_shell(program + " check " + file.string() + " --keep-going --json " + options +
                           " -- " + flags + " 2>&1");
}

inline answer answer_in(const std::string& text) {
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

inline answer answer_of(const std::string& program, const fs::path& file,
                        const std::string& options, const std::string& flags) {
    return answer_in(text_of_check(program, file, options, flags));
}

using models = std::vector<const char*>;

// Under each of these models, for which the program is compiled once. What is no JSON is the text
// of the model "".
inline std::map<std::string, answer> answers_under(const models& all, const std::string& program,
                                                   const fs::path& file, const std::string& options,
                                                   const std::string& flags) {
    std::string words = "--model ";
    for (const char* model : all) words += (model == all.front() ? "" : ",") + std::string(model);
    std::istringstream rows(text_of_check(program, file, words + " " + options, flags));
    std::map<std::string, answer> answers;
    for (std::string row; std::getline(rows, row);) {
        const json j = json::parse(row, nullptr, false);
        answers.try_emplace(j.is_object() ? j.value("model", "") : "", answer_in(row));
    }
    return answers;
}

// What it says of the program with these options and with those: calls f(first, second) for each
// model.
template <class F>
void compare_under(const models& all, const fs::path& file, const std::string& options,
                   const std::string& others, const std::string& flags, F&& f) {
    const std::string program = environment("RINGSIM_PROGRAM");
    auto first = answers_under(all, program, file, options, flags);
    auto second = answers_under(all, program, file, others, flags);
    for (const char* model : all) {
        INFO(file.filename().string(), " ", model, " ", flags, "\n", first[""].text,
             first[model].text, second[model].text);
        f(first[model], second[model]);
    }
}

inline fs::path source(const char* name) {
    return fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/programs/reduced" / name;
}

}  // namespace ringsim::tests
