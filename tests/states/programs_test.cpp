// The engine of states finds the ends that the engine of graphs finds, on generated programs.
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/graph/generator.hpp"
#include "tests/states/agreement.hpp"

namespace ringsim::tests {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

void check_generated_programs(graph::model_id m) {
    const std::uint64_t programs = from_environment("RINGSIM_ORACLE_PROGRAMS", 1500);
    std::uint64_t seed = from_environment("RINGSIM_ORACLE_SEED", 1);
    std::uint64_t compared = 0;
    std::uint64_t ends = 0;
    for (; compared < programs; ++seed) {
        const test_program p = generate(seed, m);
        const agreement a = agree(p, m, states::explore);
        if (a.skipped) continue;
        ++compared;
        ends += a.ends;
        INFO("seed " << seed << "\n" << to_text(p) << "\n" << a.differs);
        REQUIRE(a.differs.empty());
    }
    MESSAGE(compared << " programs, " << ends << " ends");
    CHECK(ends > programs);
}

}  // namespace

TEST_CASE("states: the ends of generated programs under sc") {
    check_generated_programs(graph::model_id::sc);
}
TEST_CASE("states: the ends of generated programs under x86-tso") {
    check_generated_programs(graph::model_id::x86_tso);
}
TEST_CASE("states: the ends of generated programs under rc11") {
    check_generated_programs(graph::model_id::rc11);
}

}  // namespace ringsim::tests
