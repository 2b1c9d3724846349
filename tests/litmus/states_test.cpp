// The engine of states on every litmus file of this directory: the final states are those that the
// engine of graphs finds, and the answer is the one beside the file.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <vector>

#include "tests/files.hpp"
#include "tests/litmus/support.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;
namespace graph = sim::graph;
namespace litmus = sim::litmus;

constexpr graph::model_id models[] = {graph::model_id::sc, graph::model_id::x86_tso,
                                      graph::model_id::rc11};

litmus::result run_by(const litmus::test& t, graph::model_id m, bool states) {
    litmus::run_options o;
    o.model = m;
    o.by_states = states;
    return litmus::run(t, o);
}

// Of which three do something.
std::string many_threads(unsigned threads) {
    std::string text = "C many\n{}\n";
    for (unsigned t = 0; t < threads; ++t) {
        const std::string p = std::to_string(t);
        text += "P" + p + "(atomic_int *x)\n{\n";
        if (t == 1) text += "    atomic_store_explicit(x, 1, memory_order_relaxed);\n";
        if (t == 9 || t == threads - 1)
            text += "    int r0 = atomic_load_explicit(x, memory_order_relaxed);\n";
        text += "}\n";
    }
    return text + "exists (9:r0=1 /\\ " + std::to_string(threads - 1) + ":r0=0)\n";
}

std::set<std::string> final_states(const litmus::test& t, const litmus::result& r) {
    std::set<std::string> all;
    for (const auto& [values, count] : r.states) all.insert(litmus::state_text(t, values));
    return all;
}

// "No Never", as the line of the model in a .expected file begins.
std::string answer(const litmus::test& t, const litmus::result& r) {
    return litmus::verdict(t, r) + " " + r.observation() + " ";
}
std::string stated(const std::string& expected, graph::model_id m) {
    std::string name(graph::name(m));
    name.resize(std::max<std::size_t>(name.size(), 8), ' ');
    const std::string lines = "\n" + expected;
    const std::size_t at = lines.find("\n" + name + " ");
    return at == std::string::npos ? "" : lines.substr(at + 1 + name.size() + 1);
}

struct tally {
    unsigned same = 0;
    unsigned of_graphs_only = 0;
    unsigned weaker = 0;   // seq_cst accesses of rc11
    unsigned unknown = 0;  // of these: what was found may not be there
};

void compare(const litmus::test& t, graph::model_id m, const std::string& expected, tally& n) {
    INFO(t.name << " under " << graph::name(m));
    litmus::result by_graphs;
    try {
        by_graphs = run_by(t, m, false);
    } catch (const litmus::source_error& e) {
        CHECK_THROWS_AS(run_by(t, m, true), litmus::source_error);
        return;
    }
    litmus::result by_states;
    try {
        by_states = run_by(t, m, true);
    } catch (const litmus::source_error& e) {
        // A pair whose halves are two events: nothing in a state says what was read once.
        CHECK(std::string_view(e.what()).ends_with("take the engine of graphs"));
        ++n.of_graphs_only;
        return;
    }
    const std::set<std::string> of_graphs = final_states(t, by_graphs);
    const std::set<std::string> of_states = final_states(t, by_states);
    CHECK(by_states.by_states);
    if (by_states.reach == litmus::reach_of::weaker_seq_cst) {
        CHECK(m == graph::model_id::rc11);
        CHECK(std::ranges::includes(of_states, of_graphs));
        CHECK((by_states.race || !by_graphs.race));
        const std::string verdict = litmus::verdict(t, by_states);
        CHECK((verdict == "Unknown" || verdict == litmus::verdict(t, by_graphs)));
        n.unknown += verdict == "Unknown";
        ++n.weaker;
        return;
    }
    CHECK(of_states == of_graphs);
    CHECK(by_states.race == by_graphs.race);
    CHECK(by_states.loop_cut == by_graphs.loop_cut);
    CHECK(by_states.reach == by_graphs.reach);
    const std::string said = stated(expected, m);
    if (!said.empty()) CHECK(said.starts_with(answer(t, by_states)));
    ++n.same;
}

}  // namespace

TEST_CASE("litmus: every file has the same final states by the engine of states") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    tally n;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(root) / "tests" / "litmus"))
        if (entry.path().extension() == ".litmus") files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) {
        const litmus::test t = litmus::parse(contents(file));
        const std::string expected = contents(fs::path(file).replace_extension(".expected"));
        for (const graph::model_id m : models)
            if (litmus::judges(m, t.language)) compare(t, m, expected, n);
    }
    MESSAGE(n.same << " the same, " << n.weaker << " with seq_cst accesses under rc11, "
                   << n.of_graphs_only << " for the engine of graphs only");
    CHECK(n.same > 500);
    CHECK(n.weaker < n.same / 5);
    CHECK(n.unknown > 0);
    CHECK(n.unknown < n.weaker);
    CHECK(n.of_graphs_only < n.same / 20);
}

TEST_CASE("litmus: a race that one execution has, and another with the same end has not") {
    // Whether P1's first read sees x, it ends alike; only if it does not, y is read unordered.
    const std::string text =
        "C race\n{}\n"
        "P0(int *x, atomic_int *y)\n{\n    *x = 1;\n"
        "    atomic_store_explicit(y, 1, memory_order_release);\n}\n"
        "P1(int *x, atomic_int *y)\n{\n"
        "    int r0 = atomic_load_explicit(y, memory_order_acquire);\n"
        "    int r1 = 0;\n    if (r0 == 1) r1 = *x;\n}\n"
        "exists (1:r1=1)\n";
    std::string racy = text;
    racy.replace(racy.find("if (r0 == 1) "), 13, "");
    for (const bool by_states : {false, true}) {
        CHECK_FALSE(run_by(litmus::parse(text), graph::model_id::rc11, by_states).race);
        CHECK(run_by(litmus::parse(racy), graph::model_id::rc11, by_states).race);
    }
}

TEST_CASE("litmus: sixteen threads are not fewer") {
    const litmus::test t = litmus::parse(many_threads(16));
    for (const graph::model_id m : models) {
        const litmus::result by_states = run_by(t, m, true);
        CHECK(by_states.complete());
        CHECK(final_states(t, by_states) == final_states(t, run_by(t, m, false)));
        CHECK(by_states.states.size() == 4);
    }
}

TEST_CASE("litmus: graphs have room for thirty-two threads, and states say that they do not") {
    const litmus::test t = litmus::parse(many_threads(32));
    for (const auto m : {graph::model_id::rc11, graph::model_id::armv8}) {
        const litmus::result by_graphs = run_by(t, m, false);
        CHECK(by_graphs.complete());
        CHECK(by_graphs.states.size() == 4);
    }
    CHECK_THROWS_AS(run_by(t, graph::model_id::rc11, true), litmus::source_error);
}

TEST_CASE("litmus: the engine of states refuses a model that it has no machine for") {
    const litmus::test t = litmus::parse(one_thread("int r0 = 1;"));
    CHECK_THROWS_AS(run_by(t, graph::model_id::armv8, true), litmus::source_error);
}

}  // namespace ringsim::tests
