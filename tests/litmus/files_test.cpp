// Every litmus file of this directory against the results beside it, under every model.
//
// NAME.expected has a line for each model that judges it: the verdict, the observation and the
// counts, and the flags of an LKMM test: "data-race" and others. With RINGSIM_ACCEPT=litmus in the
// environment the files are rewritten instead of compared.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/files.hpp"
#include "tests/litmus/support.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;
namespace graph = sim::graph;
namespace litmus = sim::litmus;

std::vector<fs::path> litmus_files(const fs::path& directory) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().extension() == ".litmus") found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

std::string result_of(const std::string& text, graph::model_id model) {
    const litmus::test t = litmus::parse(text);
    litmus::run_options o;
    o.model = model;
    std::string line(graph::name(model));
    line.resize(std::max<std::size_t>(line.size(), 8), ' ');
    try {
        const litmus::result r = litmus::run(t, o);
        line += " " + litmus::verdict(t, r) + " " + observed(r);
        if (t.language == litmus::dialect::lkmm)
            for (const std::string& flag : litmus::flags_of(t, r)) line += " " + flag;
        if (r.reach != litmus::reach_of::everything) line += " inconclusive";
    } catch (const litmus::source_error&) {
        line += " refused";
    }
    return line + "\n";
}

// Of the models that `expected` names; of all of them if it is empty.
std::string results_of(const std::string& text, const std::string& expected) {
    std::string all;
    const litmus::dialect language = litmus::parse(text).language;
    for (std::size_t m = 0; m < graph::model_count; ++m) {
        const auto model = static_cast<graph::model_id>(m);
        const std::string name = std::string(graph::name(model)) + " ";
        const bool named = expected.empty() || expected.starts_with(name) ||
                           expected.find("\n" + name) != std::string::npos;
        if (named && litmus::judges(model, language)) all += result_of(text, model);
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
    CHECK(files.size() >= 150);
    for (const fs::path& file : files) {
        const std::string text = contents(file);
        INFO(file.filename().string());
        CHECK(litmus::parse(text).name == file.stem().string());
        const fs::path expected = fs::path(file).replace_extension(".expected");
        if (accepting) {
            std::ofstream(expected, std::ios::binary) << results_of(text, "");
            continue;
        }
        const std::string stated = contents(expected);
        CHECK(!stated.empty());
        CHECK(stated == results_of(text, stated));
    }
}

}  // namespace ringsim::tests
