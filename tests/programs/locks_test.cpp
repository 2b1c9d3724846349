// Threads that wait for a lock without a step: the executions are those of the search in which they
// have one, and fewer are given up.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "tests/programs/check_answer.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

TEST_CASE("who waits for a lock has no step before it is free") {
    if (!has_c_compiler()) SKIP("no C compiler");
    struct row {
        const char* flags;
        std::uint64_t executions;
        const char* verdict;
        bool fewer;  // are given up
    };
    constexpr row rows[] = {
        {"-DN=2", 2, "holds", true},           {"-DN=4", 24, "holds", true},
        {"-DTOLD", 36, "holds", false},        {"-DASKED", 90, "holds", false},
        {"-DTOLD -DASKED", 6, "holds", false}, {"-DTRIED", 10, "holds", false},
        {"-DBROKEN", 0, "violated", false},  // as many as there are
    };
    for (const row& r : rows) {
        const auto check = [&](const answer& plain, const answer& queued) {
            CHECK(plain.verdict == r.verdict);
            CHECK(queued.verdict == r.verdict);
            CHECK((plain.executions == r.executions || r.executions == 0));
            CHECK(queued.executions == plain.executions);
            if (r.fewer) {
                CHECK(plain.blocked > 0);
                CHECK(queued.blocked == 0);
            }
        };
        compare_under({"sc", "x86-tso", "rc11"}, source("locked.c"), "--reduce none", "", r.flags,
                      check);
    }
}

}  // namespace
}  // namespace ringsim::tests
