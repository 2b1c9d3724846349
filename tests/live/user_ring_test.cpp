// The user ring buffer of the running kernel against the model, every malformed header included.
#include <doctest/doctest.h>

#include "consumer/live/machine.hpp"
#include "tests/live/plain_ring.hpp"
#include "tests/live/random_search.hpp"
#include "tests/live/user_ring_check.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

search_result<user_sequence> compare_many(std::uint64_t operations,
                                          user_mutant broken = user_mutant::none) {
    return search(any_user_sequence(), seed(), operations,
                  [broken](const user_sequence& s, bool) { return compare(s, broken); });
}

}  // namespace

TEST_CASE("user ring: the model drains what the running kernel drains") {
    if (const std::string why = why_user_ring_cannot_run(); !why.empty()) SKIP(why);
    MESSAGE("Linux " << consumer::live::running_kernel().text << ", the model as of "
                     << model_of_running_kernel().name << ", RINGSIM_SEED=" << seed());
    const auto operations = from_environment("RINGSIM_CONFORMANCE_OPERATIONS", 1'000'000) / 10;
    const auto result = compare_many(operations);
    if (result.found) FAIL(result.found->text());
    CHECK(result.operations >= operations);
}

TEST_CASE("user ring: the check notices a model that is wrong, in a few steps") {
    if (const std::string why = why_user_ring_cannot_run(); !why.empty()) SKIP(why);
    for (auto m = 1u; m < static_cast<unsigned>(user_mutant::count_); ++m) {
        CAPTURE(user_mutant_names[m]);
        const auto result = compare_many(20'000, static_cast<user_mutant>(m));
        REQUIRE(result.found);
        CAPTURE(result.found->text());
        CHECK(result.found->sequence.steps.size() <= 2);
    }
}

}  // namespace ringsim::tests
