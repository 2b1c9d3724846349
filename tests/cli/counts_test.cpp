// The stated numbers of executions. With RINGSIM_ACCEPT=counts in the environment the file that
// states them is written instead of compared.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "scenarios/study/execution_counts.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"
#include "tests/cli/golden.hpp"
#include "tests/files.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

TEST_CASE("counts: what is stated is what the engine visits, and another variant's is not") {
    const scenario& s = *find_scenario("lost-wakeup");
    search how;
    how.engine = engine_kind::graph;
    how.graph.stop_at_first_violation = false;
    const auto counted = [&](const char* orders) {
        const exploration e = explore(s, parse_variant(orders), how);
        CHECK(e.finished);
        return execution_count{e.executions + e.ended_early, e.violating};
    };
    const auto stated = stated_count(s, parse_variant("libbpf"), "rc11");
    REQUIRE(stated);
    CHECK(*stated == counted("libbpf"));
    CHECK_FALSE(*stated == counted("edge"));
}

TEST_CASE("counts: a search that stopped early has not finished") {
    search how;
    how.engine = engine_kind::graph;
    CHECK_FALSE(explore(*find_scenario("lost-wakeup"), parse_variant("libbpf"), how).finished);
}

TEST_CASE("counts: nothing is stated for a variant or a model that the file does not name") {
    const scenario& s = *find_scenario("lost-wakeup");
    CHECK_FALSE(stated_count(s, parse_variant("libbpf"), "no-such-model"));
    CHECK_FALSE(stated_count(s, parse_variant("libbpf consumer.load_header=seq_cst"), "rc11"));
}

TEST_CASE("counts: a line of the file is written as it is read") {
    const scenario& s = *find_scenario("lost-wakeup");
    const variant v = parse_variant("libbpf", trigger::level);
    const model_count counts[] = {{"sc", {12, 0}}, {"rc11", {113, 10}}};
    CHECK(count_line(s, v, counts) == "lost-wakeup | level | libbpf | sc=12 rc11=10/113");
}

TEST_SUITE_BEGIN("slow");

// The file is all that is stated: a variant or a model whose numbers were forgotten differs too.
TEST_CASE("counts: every verdict and every number is what is stated, under every model") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!has_program() || !root) SKIP("meson test says where the program and its sources are");
    const std::string file = std::string(root) + "/scenarios/execution_counts.txt";
    const program_run run = run_ringsim("verify --model all --print-counts");
    REQUIRE(run.status == 0);
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    if (accept && std::string_view(accept) == "counts")
        std::ofstream(file, std::ios::binary) << run.out;
    CHECK(run.out == contents(file));
}

TEST_SUITE_END();

}  // namespace ringsim::tests
