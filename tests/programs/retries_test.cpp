// Rounds of loops that fail and leave nothing behind: `ringsim check` takes them for waiting. The
// verdict is the one of the search that visits them all, and so is every outcome.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "tests/programs/check_answer.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

TEST_CASE("rounds that fail and leave nothing are taken for waiting") {
    if (!has_c_compiler()) SKIP("no C compiler");
    struct row {
        const char* file;
        const char* flags;
        std::uint64_t all;
        std::uint64_t reduced;
    };
    constexpr row rows[] = {
        {"counter.c", "-DN=2", 4, 2},
        {"counter.c", "-DN=3", 60, 6},
        {"counter.c", "-DN=3 -O0", 60, 6},
        {"counter.c", "-DN=3 -O2", 60, 6},
        {"counter.c", "-DN=4", 3120, 24},
        {"counter.c", "-DN=3 -DKEPT", 48, 6},
        {"counter.c", "-DN=3 -DCOUNTED", 60, 60},
        {"counter.c", "-DN=3 -DCOUNTED -DSPILLED", 60, 60},
        {"maximum.c", "", 28, 5},
        {"../treiber_stack.c", "", 32, 18},
        {"../ms_queue.c", "", 32, 28},
    };
    for (const row& r : rows) {
        const auto check = [&](const answer& plain, const answer& reduced) {
            CHECK(plain.verdict == "holds");
            CHECK(reduced.verdict == "holds");
            CHECK(plain.executions == r.all);
            CHECK(reduced.executions == r.reduced);
            CHECK(plain.reduced == "");
            CHECK(reduced.reduced == (r.all == r.reduced ? "" : "[\"retries\"]"));
        };
        compare_under(r.all > 1000 ? models{"rc11"} : models{"sc", "x86-tso", "rc11"},
                      source(r.file), "--reduce none", "--reduce retries", r.flags, check);
    }
}

TEST_CASE("each round is visited under a model that keeps dependencies, or if it is asked for") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string program = environment("RINGSIM_PROGRAM");
    for (const char* options : {"--model armv8", "--reduce barriers"}) {
        const answer a = answer_of(program, source("counter.c"), options, "-DN=2");
        INFO(options, "\n", a.text);
        CHECK(a.executions == 4);
        CHECK(a.reduced == "");
    }
}

TEST_CASE("a bound on rounds counts those that are visited") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string program = environment("RINGSIM_PROGRAM");
    const answer a =
        answer_of(program, source("counter.c"), "--loop-bound 3 --reduce retries", "-DN=3");
    INFO(a.text);
    CHECK(a.verdict == "holds");
    CHECK(a.executions == 6);
    CHECK(a.reduced == "[\"retries\"]");
}

// Every outcome, possible or not, is asked for in a run of its own.
TEST_CASE("no outcome is lost with the rounds that are not visited") {
    if (!has_c_compiler()) SKIP("no C compiler");
    struct row {
        const char* file;
        const char* flags;
        int outcomes;  // from 0
    };
    constexpr row rows[] = {
        {"counter.c", "-DCOUNTED", 5}, {"maximum.c", "", 12}, {"stack.c", "", 12}};
    const std::string program = environment("RINGSIM_PROGRAM");
    for (const row& r : rows) {
        int possible = 0;
        for (int k = 0; k < r.outcomes; ++k) {
            const std::string flags = std::string(r.flags) + " -DBAD=" + std::to_string(k);
            const answer plain = answer_of(program, source(r.file), "--reduce none", flags);
            const answer reduced = answer_of(program, source(r.file), "", flags);
            INFO(r.file, " ", flags, "\n", plain.text, reduced.text);
            CHECK(plain.verdict == reduced.verdict);
            possible += plain.verdict == "violated";
        }
        CHECK(possible > 1);
        CHECK(possible < r.outcomes);
    }
}

// A trial starts the thread over, which then comes by the place before again: that is tried once.
TEST_CASE("several places behind the same event are each tried once") {
    if (!has_c_compiler()) SKIP("no C compiler");
    for (const std::string flags : {"", "-DRACE"}) {
        const auto check = [&](const answer& plain, const answer& reduced) {
            CHECK(plain.verdict == (flags.empty() ? "holds" : "violated"));
            CHECK(reduced.verdict == plain.verdict);
            CHECK(reduced.executions <= plain.executions);
        };
        compare_under({"sc", "x86-tso", "rc11"}, source("two_places.c"), "--time 60 --reduce none",
                      "--time 60", flags, check);
    }
}

TEST_CASE("what only a failed round shows is found") {
    if (!has_c_compiler()) SKIP("no C compiler");
    struct row {
        const char* file;
        const char* flags;
        const char* what;
    };
    constexpr row rows[] = {
        {"failed_round.c", "", "race"},        {"failed_round.c", "-DFREED", "free"},
        {"failed_round.c", "-DPLAIN", "race"}, {"failed_round.c", "-DWEAKER", "race"},
        {"never.c", "", "spins for ever"},
    };
    const std::string program = environment("RINGSIM_PROGRAM");
    for (const row& r : rows)
        for (const char* options : {"--reduce none", "", "--model sc"}) {
            const answer a = answer_of(program, source(r.file), options, r.flags);
            if (std::string(r.flags) == "-DWEAKER" && std::string(options) == "--model sc")
                continue;
            INFO(r.file, " ", options, " ", r.flags, "\n", a.text);
            CHECK(a.verdict == "violated");
            CHECK(a.what.find(r.what) != std::string::npos);
        }
}

TEST_CASE("faults of leaving rounds out are noticed") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string with_faults = environment("RINGSIM_WITH_FAULTS");
    if (!fs::exists(with_faults)) SKIP("ringsim_with_faults is not built");
    struct row {
        const char* fault;
        const char* file;
        const char* flags;
    };
    constexpr row rows[] = {
        {"no_registers", "counter.c", "-DCOUNTED -DBAD=2"},
        {"no_stack", "counter.c", "-DCOUNTED -DSPILLED -DBAD=2"},
        {"any_round", "counter.c", "-DCOUNTED -DBAD=2"},
        {"any_location", "failed_round.c", ""},
        {"any_location", "failed_round.c", "-DFREED"},
        {"any_location", "failed_round.c", "-DPLAIN"},
        {"any_order", "failed_round.c", "-DWEAKER"},
    };
    for (const row& r : rows)
        for (const std::string fault : {"none", r.fault}) {
            const std::string faulty = "RINGSIM_REDUCTION_MUTANT=" + fault + " " + with_faults;
            const answer plain = answer_of(faulty, source(r.file), "--reduce none", r.flags);
            const answer reduced = answer_of(faulty, source(r.file), "", r.flags);
            INFO(fault, " ", r.file, " ", r.flags, "\n", plain.text, reduced.text);
            CHECK(plain.verdict == "violated");
            CHECK((reduced.verdict == plain.verdict) == (fault == "none"));
        }
}

}  // namespace
}  // namespace ringsim::tests
