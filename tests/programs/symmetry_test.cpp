// Threads that do the same: `ringsim check` visits one order of them, and says for how many
// executions it stands. The verdict is the one of the search that visits them all.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "tests/programs/check_answer.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

struct row {
    const char* file;
    const char* flags;
    unsigned orders;  // of the threads; 1: they are told apart
    bool holds = true;
};

void check_row(const row& r, const models& all, const std::string& kept) {
    const auto check = [&](const answer& plain, const answer& one) {
        CHECK(plain.verdict == (r.holds ? "holds" : "violated"));
        CHECK(one.verdict == plain.verdict);
        CHECK(one.what == plain.what);
        const bool symmetric = one.reduced.find("symmetry") != std::string::npos;
        CHECK(symmetric == (r.orders > 1));
        if (!r.holds) return;
        const json j = json::parse(one.text);
        CHECK((symmetric ? j["stands_for"].get<std::uint64_t>() : one.executions) ==
              plain.executions);
        CHECK(one.executions * r.orders >= plain.executions);
    };
    const std::string others = kept.empty() ? "none" : kept;
    compare_under(all, source(r.file), "--reduce " + others,
                  "--reduce " + (kept.empty() ? "" : kept + ",") + "symmetry", r.flags, check);
}

}  // namespace

TEST_CASE("of threads that do the same, one order is visited") {
    if (!has_c_compiler()) SKIP("no C compiler");
    constexpr row rows[] = {
        {"twins.c", "", 6},
        {"twins.c", "-DREADS", 6},
        {"twins.c", "-DREADS -DOTHER", 6},
        {"twins.c", "-DREADS -DOTHER -DLOCKS -DN=2", 2},
        {"twins.c", "-DLOCKS", 6},
        {"twins.c", "-DFIRST_WRITES -DREADS", 6},
        {"twins.c", "-DOWN", 6},
        {"twins.c", "-DOWN -DREADS -DOTHER", 6},
        {"twins.cpp", "", 6},
        // What tells them apart.
        {"twins.c", "-DOWN -DTELLS", 1, false},
        {"twins.cpp", "-DINDEX", 1, false},
        {"told_apart.c", "-DPUBLISHED", 1, false},
        {"told_apart.c", "-DCOMPARED", 1, false},
        {"told_apart.c", "-DBEGUN_LATER", 1, false},
        {"told_apart.c", "-DENDED_LATER", 1, false},
        {"told_apart.c", "-DAT_EXIT", 1, false},
        {"twins.c", "-DARGUMENTS", 1},
        {"twins.c", "-DASKS", 1, false},
        {"twins.c", "-DRETURNS", 1, false},
        {"twins.c", "-DBETWEEN", 1},
        {"twins.c", "-DFIRST_WRITES -DHALFWAY", 1, false},
        {"twins.c", "-DFIRST_WRITES -DONE_ONLY -DN=2", 1, false},
    };
    for (const row& r : rows) check_row(r, {"sc", "x86-tso", "rc11"}, "");
}

TEST_CASE("symmetry goes with what else is visited once for many") {
    if (!has_c_compiler()) SKIP("no C compiler");
    check_row({"twins.c", "-DLOCKS -DREADS", 6}, {"rc11"}, "locks");
    check_row({"counter.c", "-DN=3", 6}, {"rc11"}, "retries");
    check_row({"twins.cpp", "-DANOTHER", 6}, {"rc11"}, "locks");
    check_row({"maximum.c", "", 1}, {"rc11"}, "retries");
    check_row({"../treiber_stack.c", "", 2}, {"rc11"}, "retries");
    check_row({"../treiber_stack.c", "-DWRONG", 2, false}, {"rc11"}, "retries");
}

TEST_CASE(
    "a model that keeps dependencies has no symmetry, and none is used that is not asked for") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string program = environment("RINGSIM_PROGRAM");
    for (const char* options : {"--model armv8", "--reduce none", "--reduce locks,retries"}) {
        const answer a = answer_of(program, source("twins.c"), options, "");
        INFO(options, "\n", a.text);
        CHECK(a.executions == 6);
        CHECK(a.reduced == "");
    }
}

}  // namespace ringsim::tests
