// The engine finds exactly the executions that the brute-force oracle finds, each once.
#include <doctest/doctest.h>

#include "sim/graph/explore.hpp"
#include "tests/graph/comparison.hpp"
#include "tests/graph/generator.hpp"
#include "tests/shell.hpp"

namespace ringsim::tests {
namespace {

// RINGSIM_ORACLE_PROGRAMS: so many for each model.
void check_generated_programs(graph::model_id m) {
    const std::uint64_t programs = from_environment("RINGSIM_ORACLE_PROGRAMS", 1000);
    std::uint64_t seed = from_environment("RINGSIM_ORACLE_SEED", 1);
    std::uint64_t compared = 0;
    std::uint64_t executions = 0;
    for (; compared < programs; ++seed) {
        const test_program p = generate(seed, m);
        const comparison c = compare(p, m, graph::explore_exhaustively);
        if (c.found == mismatch::too_large) continue;
        ++compared;
        executions += c.executions;
        if (c.found == mismatch::none) continue;
        INFO("seed " << seed << "\n" << explain(p, m, graph::explore_exhaustively));
        REQUIRE(c.found == mismatch::none);
    }
    MESSAGE(compared << " programs, " << executions << " executions");
    CHECK(executions > programs);
}

// Programs on which the engine was once wrong.
constexpr const char* regressions[] = {
    // A write revisited a read whose own thread had written something newer.
    "x=1 rlx; r1=x rlx | x=2 rlx",
    // A read that waits was not looked at for races.
    "y=2 pln | await(y,1) rlx",
    // Nor was one that had the write it waits for, for what it read before that.
    "x=1 pln; x=2 rel | await(x,2) acq",
    "await(x,2) acq | x=1 pln; x=2 rel",
    "x=1 [C store]; x=2 [smp_store_release()] | await(x,2) acq",
    // In vain, within a critical section that has not ended and so orders nothing yet.
    "x=1 [C store]; fence [synchronize_rcu()]; fence [synchronize_rcu()]; y=1 [WRITE_ONCE()] | "
    "fence [rcu_read_lock()]; w=1 [WRITE_ONCE()]; await(y,1) rlx; fence [rcu_read_unlock()] | "
    "fence [rcu_read_lock()]; r0=x [C load]; await(w,1) rlx; fence [rcu_read_unlock()]",
    // A thread that had ended without the write that it was to make could still be sent back.
    "r0=y rlx; if r0==1: x=1 rlx | r0=x rlx; if r0==0: z=2 rlx; y=1 rlx",
    // RCU: without the end of its critical section, P0 may read 2 from P2 although P1's grace
    // period
    // is over; with it and P1's value it may not, and the executions behind P2's were lost.
    "fence [rcu_read_lock()]; r0=z [READ_ONCE()]; r1=y [READ_ONCE()]; fence [rcu_read_unlock()] | "
    "z=1 [WRITE_ONCE()]; fence [synchronize_rcu()]; y=1 [WRITE_ONCE()]; w=1 [WRITE_ONCE()] | r0=w "
    "[READ_ONCE()]; y=2 [WRITE_ONCE()]",
};

}  // namespace

TEST_CASE("oracle: programs on which the engine was once wrong") {
    for (const char* text : regressions)
        for (std::size_t m = 0; m < graph::model_count; ++m) {
            const test_program p = parse_program(text);
            CHECK(to_text(p) == text);
            const auto model = static_cast<graph::model_id>(m);
            const comparison c = compare(p, model, graph::explore_exhaustively);
            INFO(graph::name(model) << ": " << text << "\n" << c.what);
            CHECK(c.found == mismatch::none);
        }
}
TEST_CASE("oracle: pairs with events between their halves") {
    // With a store of another thread between them, with one of their own, and with both.
    const char* programs[] = {
        "r0=ldx(x) [ldr]; r1=y [ldr]; stx(x,2) [str] | x=1 [str]; y=1 [str]",
        "r0=ldx(x) [ldr]; x=3 [str]; stx(x,2) [str] | x=1 [str]",
        "{deps} r0=ldx(x) [ldr]; y=1 [str]; stx(x,r0) [stlr]; r1=x [ldapr]; r2=z [ldr] | z=1 "
        "[str]; "
        "fence [dmb ish]; x=1 [str]",
        // A second half of another location, and one whose first half was used up.
        "r0=ldx(x) [ldr]; stx(y,2) [str]; stx(x,1) [str] | x=1 [str]",
    };
    for (const char* text : programs) {
        const test_program p = parse_program(text);
        CHECK(to_text(p) == text);
        const comparison c = compare(p, graph::model_id::armv8, graph::explore_exhaustively);
        INFO(text << "\n" << c.what);
        CHECK(c.found == mismatch::none);
    }
    unsigned generated = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed)
        generated +=
            to_text(generate(seed, graph::model_id::armv8)).find("stx(") != std::string::npos ? 1
                                                                                              : 0;
    CHECK(generated > 100);
}
TEST_CASE("oracle: the executions of generated programs under sc") {
    check_generated_programs(graph::model_id::sc);
}
TEST_CASE("oracle: the executions of generated programs under x86-tso") {
    check_generated_programs(graph::model_id::x86_tso);
}
TEST_CASE("oracle: the executions of generated programs under rc11") {
    check_generated_programs(graph::model_id::rc11);
}
TEST_CASE("oracle: the executions of generated programs under armv8") {
    check_generated_programs(graph::model_id::armv8);
}
TEST_CASE("oracle: the executions of generated programs under riscv") {
    check_generated_programs(graph::model_id::riscv);
}
TEST_CASE("oracle: the executions of generated programs under power") {
    check_generated_programs(graph::model_id::power);
}
TEST_CASE("oracle: the executions of generated programs under lkmm") {
    check_generated_programs(graph::model_id::lkmm);
}

}  // namespace ringsim::tests
