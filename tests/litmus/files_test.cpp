// Every litmus file of this directory against the results beside it, under every model.
//
// NAME.expected has a line for each model: the verdict, the observation and the counts, and
// "data-race" for an LKMM test that has one. With RINGSIM_ACCEPT=litmus in the environment the
// files are rewritten instead of compared.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/litmus/support.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;
namespace graph = sim::graph;
namespace litmus = sim::litmus;

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> litmus_files(const fs::path& directory) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().extension() == ".litmus") found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

std::string results_of(const std::string& text) {
    std::string all;
    for (std::size_t m = 0; m < graph::model_count; ++m) {
        const auto model = static_cast<graph::model_id>(m);
        const litmus::test t = litmus::parse(text);
        litmus::run_options o;
        o.model = model;
        const litmus::result r = litmus::run(t, o);
        std::string line(graph::name(model));
        line.resize(8, ' ');
        line += " " + litmus::verdict(t, r) + " " + observed(r);
        if (r.race && t.language == litmus::dialect::lkmm) line += " data-race";
        if (r.reach != litmus::reach_of::everything) line += " inconclusive";
        all += line + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("litmus: every file has the expected result under every model") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    const bool accepting = accept && std::string_view(accept) == "litmus";
    const auto files = litmus_files(fs::path(root) / "tests" / "litmus");
    CHECK(files.size() >= 100);
    for (const fs::path& file : files) {
        const std::string text = contents(file);
        INFO(file.filename().string());
        CHECK(litmus::parse(text).name == file.stem().string());
        const std::string results = results_of(text);
        const fs::path expected = fs::path(file).replace_extension(".expected");
        if (accepting)
            std::ofstream(expected, std::ios::binary) << results;
        else
            CHECK(contents(expected) == results);
    }
}

}  // namespace ringsim::tests
