// rapidcheck over a comparison of the model with the running kernel: it draws sequences, and
// shrinks one of which the two differ.
#pragma once

#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tests/shell.hpp"

namespace ringsim::tests {

// Fixed unless the user asks for another one: a run in CI is repeatable.
inline std::uint64_t seed() {
    return from_environment("RINGSIM_SEED", 20220613);
}

// From nothing to all of a range, whatever rapidcheck's size: only the number of steps grows.
template <class T>
rc::Gen<T> below(T n) {
    return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(0, n));
}
template <class T>
rc::Gen<T> any_word() {
    return rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<T>());
}

template <class Sequence>
struct counterexample {
    Sequence sequence;       // the smallest that rapidcheck came to
    std::string difference;  // empty if rapidcheck could not draw a sequence
    std::uint64_t seed = 0;  // a search with this seed meets it among its first sequences
    std::size_t shrinks = 0;

    std::string text() const {
        return "RINGSIM_SEED=" + std::to_string(seed) + ", shrunk " + std::to_string(shrinks) +
               " times: " + sequence.text() + "\n" + difference;
    }
};

template <class Sequence>
struct search_result {
    std::uint64_t operations = 0;
    std::optional<counterexample<Sequence>> found;
};

// Sequences for one seed: of no step, of at most one, two, ..., so that what few steps can show is
// shown by few.
inline constexpr int sequences_a_seed = 100;

// rc::check() takes its seed from RC_PARAMS or from a random device, says so, and answers yes or
// no. What stands behind it takes a seed, is silent, and returns what it did.
template <class Property>
rc::detail::TestResult check(std::uint64_t seed, Property&& property) {
    rc::detail::TestParams params;
    params.seed = seed;
    params.maxSuccess = sequences_a_seed;
    rc::detail::TestListenerAdapter silent;
    return rc::detail::checkProperty(rc::detail::toProperty(property), {}, params, silent, {});
}

// Draws sequences until they make `operations` operations, or until `differs(sequence, shrinking)`
// is not empty. The same sequences for the same arguments, on every machine.
template <class Sequence, class Differs>
search_result<Sequence> search(const rc::Gen<Sequence>& sequences, std::uint64_t seed,
                               std::uint64_t operations, Differs&& differs) {
    search_result<Sequence> result;
    for (; result.operations < operations && !result.found; ++seed) {
        counterexample<Sequence> last{{}, {}, seed};
        const auto property = [&] {
            const Sequence drawn = *sequences;
            result.operations += drawn.operations();
            const std::string difference = differs(drawn, /*shrinking=*/!last.difference.empty());
            // Each that rapidcheck shows here is smaller than the one before.
            if (!difference.empty()) last = {drawn, difference, seed};
            return difference;
        };
        const rc::detail::TestResult outcome = check(seed, property);
        if (outcome.is<rc::detail::SuccessResult>()) continue;
        if (outcome.is<rc::detail::FailureResult>())
            last.shrinks = outcome.get<rc::detail::FailureResult>().reproduce.shrinkPath.size();
        result.found = last;
    }
    return result;
}

}  // namespace ringsim::tests
