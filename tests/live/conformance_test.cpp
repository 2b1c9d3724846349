// The model against the running kernel.
#include <doctest/doctest.h>

#include "consumer/live/machine.hpp"
#include "tests/live/conformance.hpp"
#include "tests/live/conformance_steps.hpp"
#include "tests/live/plain_ring.hpp"
#include "tests/live/random_search.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

// A machine that is busy may take long to deliver an interrupt, and that is no difference. Of a
// part of a sequence that differs, it is believed sooner.
constexpr patience patient = std::chrono::seconds(1);
constexpr patience impatient = std::chrono::milliseconds(5);

search_result<sequence> compare_many(std::uint64_t seed, std::uint64_t operations,
                                     mutant broken = mutant::none,
                                     ring_mode mode = ring_mode::usual) {
    return search(any_sequence(mode), seed, operations,
                  [broken](const sequence& s, bool shrinking) {
                      return compare(s, broken, shrinking ? impatient : patient);
                  });
}

}  // namespace

TEST_CASE("the model does what the running kernel does") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const std::uint64_t operations = from_environment("RINGSIM_CONFORMANCE_OPERATIONS", 1'000'000);
    MESSAGE("Linux " << consumer::live::running_kernel().text << ", the model as of "
                     << model_of_running_kernel().name << ", RINGSIM_SEED=" << seed());
    const auto result = compare_many(seed(), operations);
    if (result.found) FAIL(result.found->text());
    CHECK(result.operations >= operations);
}

TEST_CASE("overwrite mode: the model does what the running kernel does") {
    if (const std::string why = why_conformance_cannot_run(ring_mode::overwrite); !why.empty())
        SKIP(why);
    const std::uint64_t operations =
        from_environment("RINGSIM_CONFORMANCE_OPERATIONS", 1'000'000) / 20;
    const auto result = compare_many(seed(), operations, mutant::none, ring_mode::overwrite);
    if (result.found) FAIL(result.found->text());
    CHECK(result.operations >= operations);
    const auto lags = compare_many(seed(), 100'000, mutant::overwrite_lags, ring_mode::overwrite);
    REQUIRE(lags.found);
    CAPTURE(lags.found->text());
    CHECK(lags.found->sequence.steps.size() <= 4);
}

TEST_CASE("the model's version follows the running kernel") {
    CHECK(model_of_linux(5, 8).name == "5.8");
    CHECK(model_of_linux(5, 19).name == "5.13");
    CHECK(model_of_linux(6, 9).name == "6.1");
    CHECK(model_of_linux(6, 10).name == "6.10");
    CHECK(model_of_linux(6, 18).name == "6.15");
    CHECK(model_of_linux(9, 0).name == kernel::versions.back().name);
}

TEST_CASE("the conformance check notices a model that is wrong, in a few steps") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    for (auto m = 1u; m < static_cast<unsigned>(mutant::of_usual_rings); ++m) {
        CAPTURE(mutant_names[m]);
        const auto result = compare_many(seed(), 100'000, static_cast<mutant>(m));
        REQUIRE(result.found);
        CAPTURE(result.found->text());
        CHECK(result.found->sequence.steps.size() <= 4);
    }
}

TEST_CASE("what the conformance check prints of a difference leads to it again") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const auto first = compare_many(seed(), 100'000, mutant::pending_forgotten);
    REQUIRE(first.found);
    CHECK(first.found->text().starts_with("RINGSIM_SEED="));
    const auto again = compare_many(first.found->seed, 1, mutant::pending_forgotten);
    REQUIRE(again.found);
    CHECK(again.found->text() == first.found->text());
}

TEST_CASE("a difference is shrunk to what shows it") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const auto result = compare_many(seed(), 100'000, mutant::discard_forgotten);
    REQUIRE(result.found);
    REQUIRE(result.found->sequence.steps.size() == 1);
    const step& left = result.found->sequence.steps.front();
    CAPTURE(left.text());
    CHECK(left.operations() == 2);  // a reservation, and what became of it
    CHECK(left.text().find("(size 0, discard flags 0), commit order 0 1 2") != std::string::npos);
}

}  // namespace ringsim::tests
