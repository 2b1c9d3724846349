// The model against the running kernel.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "consumer/live/machine.hpp"
#include "tests/live/conformance_search.hpp"
#include "tests/live/plain_ring.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 0) : otherwise;
}

// Fixed unless the user asks for another one: a run in CI is repeatable.
std::uint64_t seed() {
    return from_environment("RINGSIM_SEED", 20220613);
}

}  // namespace

TEST_CASE("the model does what the running kernel does") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const std::uint64_t operations = from_environment("RINGSIM_CONFORMANCE_OPERATIONS", 1'000'000);
    MESSAGE("Linux " << consumer::live::running_kernel().text << ", the model as of "
                     << model_of_running_kernel().name << ", RINGSIM_SEED=" << seed());
    const search_result result = search(seed(), operations);
    if (result.found) FAIL(result.found->text());
    CHECK(result.operations >= operations);
}

TEST_CASE("the model's version follows the running kernel") {
    CHECK(model_of_linux(5, 8).name == "5.8");
    CHECK(model_of_linux(5, 19).name == "5.13");
    CHECK(model_of_linux(6, 9).name == "6.1");
    CHECK(model_of_linux(6, 10).name == "6.10");
    CHECK(model_of_linux(6, 18).name == "6.15");
    CHECK(model_of_linux(9, 0).name == "7.3");
}

TEST_CASE("the conformance check notices a model that is wrong, in a few steps") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    for (auto m = 1u; m < static_cast<unsigned>(mutant::count_); ++m) {
        CAPTURE(mutant_names[m]);
        const search_result result = search(seed(), 100'000, static_cast<mutant>(m));
        REQUIRE(result.found);
        CAPTURE(result.found->text());
        CHECK(result.found->steps.steps.size() <= 4);
    }
}

TEST_CASE("what the conformance check prints of a difference leads to it again") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const search_result first = search(seed(), 100'000, mutant::pending_forgotten);
    REQUIRE(first.found);
    const search_result again = search(first.found->seed, 1, mutant::pending_forgotten);
    REQUIRE(again.found);
    CHECK(again.found->text() == first.found->text());
    CHECK(first.found->text().starts_with("RINGSIM_SEED="));
}

TEST_CASE("a difference is shrunk to what shows it") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const search_result result = search(seed(), 100'000, mutant::discard_forgotten);
    REQUIRE(result.found);
    REQUIRE(result.found->steps.steps.size() == 1);
    CHECK(result.found->steps.steps.front().text() ==
          "run: reserve 0 (size 0, discard flags 0), commit order 0 1 2");
}

}  // namespace ringsim::tests
