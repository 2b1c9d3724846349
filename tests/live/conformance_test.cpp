// The model against the running kernel.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "consumer/live/machine.hpp"
#include "tests/live/conformance.hpp"
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

// What the user needs to see of a difference: the steps that lead to it, few of them.
std::string report(const std::vector<step>& steps, std::uint32_t ring_bytes, mutant broken) {
    const std::vector<step> few = shrunk(steps, ring_bytes, broken);
    const auto last = compare(few, ring_bytes, broken);
    std::string text = "ring of " + std::to_string(ring_bytes) +
                       " bytes, RINGSIM_SEED=" + std::to_string(seed()) + ", Linux " +
                       consumer::live::running_kernel().text + "; after these steps on a new ring:";
    for (const step& s : few) text += "\n  " + s.text();
    return text + "\n" + (last ? last->what : "(it does not come again: timing?)");
}

}  // namespace

TEST_CASE("the model does what the running kernel does") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const auto operations =
        static_cast<unsigned>(from_environment("RINGSIM_CONFORMANCE_OPERATIONS", 1'000'000));
    MESSAGE("Linux " << consumer::live::running_kernel().text << ", the model as of "
                     << model_of_running_kernel().name);
    const std::vector<std::uint32_t> sizes{4096, 8192, 16384, 65536, 262144};
    unsigned done = 0;
    for (const std::uint32_t ring_bytes : sizes) {
        // A large ring costs more to compare.
        const unsigned share = ring_bytes > 16384 ? operations / 20 : operations * 3 / 10;
        const auto steps = random_steps(seed() + ring_bytes, ring_bytes, share);
        for (const step& s : steps) done += s.operations();
        const auto differs = compare(steps, ring_bytes);
        if (differs) FAIL(report(steps, ring_bytes, mutant::none));
    }
    CHECK(done >= operations);
}

TEST_CASE("the model's version follows the running kernel") {
    CHECK(model_of_linux(5, 8).name == "5.8");
    CHECK(model_of_linux(5, 19).name == "5.13");
    CHECK(model_of_linux(6, 9).name == "6.1");
    CHECK(model_of_linux(6, 10).name == "6.10");
    CHECK(model_of_linux(6, 18).name == "6.15");
    CHECK(model_of_linux(9, 0).name == "7.3");
}

TEST_CASE("the conformance check notices a model that is wrong") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    for (auto m = 1u; m < static_cast<unsigned>(mutant::count_); ++m) {
        CAPTURE(mutant_names[m]);
        const auto steps = random_steps(seed(), 4096, 15'000);
        CHECK(compare(steps, 4096, static_cast<mutant>(m)).has_value());
    }
}

TEST_CASE("a difference is shrunk to a few steps") {
    if (const std::string why = why_conformance_cannot_run(); !why.empty()) SKIP(why);
    const auto steps = random_steps(seed(), 4096, 2000);
    const auto few = shrunk(steps, 4096, mutant::discard_forgotten);
    CHECK(few.size() == 1);
    CHECK(few.front().text().find("discard") != std::string::npos);
}

}  // namespace ringsim::tests
