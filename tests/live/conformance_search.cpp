#include "tests/live/conformance_search.hpp"

#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include "tests/live/conformance_steps.hpp"

namespace ringsim::tests {
namespace {

// Sequences for one seed: of no step, of at most one, two, ..., so that what can be shown by few
// steps is.
constexpr int sequences_a_seed = 100;

// A machine that is busy may take long to deliver an interrupt, and that is no difference. Of a
// sequence that is a part of one which differs, it is believed sooner.
constexpr patience patient = std::chrono::seconds(1);
constexpr patience impatient = std::chrono::milliseconds(5);

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

}  // namespace

search_result search(std::uint64_t seed, std::uint64_t operations, mutant broken) {
    search_result result;
    const auto sequences = any_sequence();
    for (; result.operations < operations && !result.found; ++seed) {
        counterexample last;  // each that rapidcheck accepts is smaller than the one before
        const auto agree = [&] {
            const sequence drawn = *sequences;
            for (const step& s : drawn.steps) result.operations += s.operations();
            const auto differs = compare(drawn, broken, last.what.empty() ? patient : impatient);
            if (differs) last = {drawn, differs->what, seed, 0};
            return differs ? differs->what : std::string();
        };
        const rc::detail::TestResult outcome = check(seed, agree);
        if (outcome.is<rc::detail::SuccessResult>()) continue;
        if (outcome.is<rc::detail::FailureResult>()) {
            const auto& failure = outcome.get<rc::detail::FailureResult>();
            last.shrinks = static_cast<unsigned>(failure.reproduce.shrinkPath.size());
        } else {
            last.what = "rapidcheck gave up";
        }
        result.found = last;
    }
    return result;
}

std::string counterexample::text() const {
    std::string out = "RINGSIM_SEED=" + std::to_string(seed) + ", rings of " +
                      std::to_string(steps.ring_bytes) + " bytes, shrunk " +
                      std::to_string(shrinks) + " times; after these steps on new rings:";
    for (const step& s : steps.steps) out += "\n  " + s.text();
    return out + "\n" + what;
}

}  // namespace ringsim::tests
