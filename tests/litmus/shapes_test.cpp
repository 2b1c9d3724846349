// The shapes of litmus tests in every language, with every way to order two accesses: the verdict
// of each model, against tests/litmus/shapes/DIALECT.expected. The files were compared with herd7
// 7.58's verdicts when they were made; what they do not agree on is load buffering.
//
// With RINGSIM_ACCEPT=litmus in the environment the files are rewritten instead of compared.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/files.hpp"
#include "tests/litmus/generator/dialects.hpp"
#include "tests/litmus/support.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;
namespace graph = sim::graph;
namespace litmus = sim::litmus;

constexpr std::size_t per_shape = 12;

// "sc Never, x86-tso Sometimes": of the models that `expected` names, of all if it is empty.
std::string verdicts_of(const std::string& text, std::string_view expected) {
    std::string all;
    const litmus::test t = litmus::parse(text);
    for (std::size_t m = 0; m < graph::model_count; ++m) {
        const auto model = static_cast<graph::model_id>(m);
        const std::string named = " " + std::string(graph::name(model)) + " ";
        if (!litmus::judges(model, t.language)) continue;
        if (!expected.empty() && expected.find(named) == std::string_view::npos) continue;
        std::string verdict;
        try {
            verdict = litmus::run(t, {.model = model}).observation();
        } catch (const litmus::source_error&) {
            verdict = "refused";
        }
        all += (all.empty() ? "" : ", ") + std::string(graph::name(model)) + " " + verdict;
    }
    return all;
}

}  // namespace

TEST_CASE("litmus: every shape in every language has the expected verdicts") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    const bool accepting = accept && std::string_view(accept) == "litmus";
    std::size_t tests = 0;
    for (const generated_dialect& d : all_dialects()) {
        const fs::path file =
            fs::path(root) / "tests" / "litmus" / "shapes" / (std::string(d.name) + ".expected");
        const std::string stated = accepting ? "" : contents(file);
        // The first line names the models.
        const std::string_view models = std::string_view(stated).substr(0, stated.find('\n'));
        std::string all;
        for (const generated_test& t : generated_tests(d, per_shape)) {
            all += t.name + ": " + verdicts_of(t.text, models) + "\n";
            ++tests;
        }
        if (accepting)
            std::ofstream(file, std::ios::binary) << all;
        else
            CHECK_MESSAGE((!stated.empty() && stated == all), d.name);
    }
    CHECK(tests >= 1500);
}

}  // namespace ringsim::tests
