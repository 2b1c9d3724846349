// Small random programs: `ringsim check` finds the executions, the violations and the data races
// that trying every order of their steps finds. By hand, for longer, from a seed on:
//
//   RINGSIM_GENERATED="1000 500" test_generated
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "sim/temporary_directory.hpp"
#include "tests/programs/generated.hpp"
#include "tests/shell.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;

nlohmann::json answer_about(const fs::path& file) {
    return nlohmann::json::parse(
        output_of_shell(environment("RINGSIM_PROGRAM") + " check --model sc --keep-going --json " +
                        file.string() + " 2>&1"),
        nullptr, false);
}

std::string expectation(const expected_result& e) {
    if (e.races) return "violated";
    if (e.violating == 0) return "holds, " + std::to_string(e.executions);
    return "violated, " + std::to_string(e.violating) + " of " + std::to_string(e.executions);
}

std::string in_words(const nlohmann::json& j, bool races) {
    if (j.is_discarded()) return "no answer";
    const std::string verdict = j["verdict"];
    if (races) return verdict;
    const std::string executions = j["executions"].dump();
    if (verdict == "holds") return verdict + ", " + executions;
    if (verdict != "violated") return verdict;
    return verdict + ", " + j["violating"].dump() + " of " + executions;
}

TEST_CASE("generated programs have the executions that an oracle finds") {
    if (!has_c_compiler()) SKIP("no C compiler");
    std::uint64_t first = 1;
    std::uint64_t count = 10;
    if (const char* const wanted = std::getenv("RINGSIM_GENERATED"))
        std::istringstream(wanted) >> first >> count;
    const sim::temporary_directory scratch("generated");
    const fs::path file = scratch.path_of("generated.c");
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const generated_program p = generate(seed);
        const std::string source = source_of(p);
        std::ofstream(file) << source;
        const expected_result expected = expected_of(p);
        const std::string got = in_words(answer_about(file), expected.races);
        CHECK_MESSAGE(got == expectation(expected), "seed ", seed, "\n", source);
    }
}

}  // namespace
}  // namespace ringsim::tests
