// The engine of states finds the ends that the engine of graphs finds, on generated programs.
#include <doctest/doctest.h>

#include "tests/graph/generator.hpp"
#include "tests/shell.hpp"
#include "tests/states/agreement.hpp"

namespace ringsim::tests {
namespace {

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

// With identical threads: the ends are all there, under each of their names, and states fewer.
void check_twins(graph::model_id m) {
    const std::uint64_t programs = from_environment("RINGSIM_ORACLE_PROGRAMS", 1500) / 3;
    std::uint64_t seed = from_environment("RINGSIM_ORACLE_SEED", 1);
    std::uint64_t compared = 0;
    std::uint64_t states = 0;
    std::uint64_t states_told_apart = 0;
    for (; compared < programs; ++seed) {
        const program_with_twins p = generate_with_twins(seed, m);
        const found_by_graphs graphs = explore_graphs(p.program, m);
        const agreement apart = agree(p.program, m, graphs, states::explore);
        if (apart.skipped) continue;
        ++compared;
        const agreement a = agree(p.program, m, graphs, states::explore, p.same_as);
        INFO("seed " << seed << "\n" << to_text(p.program) << "\n" << a.differs);
        REQUIRE_FALSE(a.skipped);
        REQUIRE(a.differs.empty());
        REQUIRE(a.states <= apart.states);
        states += a.states;
        states_told_apart += apart.states;
    }
    MESSAGE(compared << " programs, " << states << " states of " << states_told_apart);
    CHECK(states * 4 < states_told_apart * 3);
}

}  // namespace

TEST_CASE("states: identical threads are interchangeable under sc") {
    check_twins(graph::model_id::sc);
}
TEST_CASE("states: identical threads are interchangeable under x86-tso") {
    check_twins(graph::model_id::x86_tso);
}
TEST_CASE("states: identical threads are interchangeable under rc11") {
    check_twins(graph::model_id::rc11);
}
TEST_CASE("states: threads that are not what they are said to be are told apart") {
    for (const auto m : {graph::model_id::sc, graph::model_id::x86_tso, graph::model_id::rc11})
        for (const char* text :
             {"x=1 rlx; r0=y rlx | y=1 rlx; r0=x rlx", "x=1 rlx; r0=y rlx | x=2 rlx; r0=y rlx",
              "r0=x rlx; if r0==1: y=1 rlx | r0=x rlx; if r0==1: y=2 rlx | x=1 rlx"}) {
            const test_program p = parse_program(text);
            const agreement apart = agree(p, m, states::explore);
            const agreement a = agree(p, m, states::explore, {0, 0, 2});
            INFO(text << "\n" << a.differs);
            CHECK(a.differs.empty());
            CHECK(a.states == apart.states);
        }
}

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
