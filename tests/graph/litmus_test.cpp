// The classic litmus tests: the engine allows what each model allows and nothing else, and finds
// all executions that the oracle finds.
#include <doctest/doctest.h>

#include <sstream>

#include "sim/graph/explore.hpp"
#include "tests/graph/comparison.hpp"
#include "tests/graph/litmus_shapes.hpp"

namespace ringsim::tests {
namespace {

// "1:r0=1 x=2" about the execution that has just ended.
bool holds(std::string_view outcome, const running_program& program) {
    std::istringstream words{std::string(outcome)};
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        REQUIRE(equals != std::string::npos);
        const std::uint64_t value = std::stoull(word.substr(equals + 1));
        if (const std::size_t colon = word.find(":r"); colon != std::string::npos) {
            const auto thread = static_cast<unsigned>(std::stoul(word.substr(0, colon)));
            const std::size_t r = std::stoul(word.substr(colon + 2, equals - colon - 2));
            if (program.facts(thread).registers[r] != value) return false;
        } else {
            const char name = word[0];
            const auto l = static_cast<graph::location_id>(name == 'w' ? 3 : name - 'x');
            if (program.newest(l) != value) return false;
        }
    }
    return true;
}

// Whether an execution of the program has the outcome.
class outcome_seen final : public graph::observer {
  public:
    outcome_seen(std::string_view outcome, const running_program& program)
        : outcome_(outcome), program_(program) {}

    bool seen = false;

    void execution(const std::function<graph::recorded_execution()>&) override {
        if (outcome_ != "race" && holds(outcome_, program_)) seen = true;
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        if (outcome_ == "race" && record().found->kind == sim::violation::data_race) seen = true;
    }

  private:
    std::string_view outcome_;
    const running_program& program_;
};

bool is_allowed(const litmus_test& test, const test_program& p, graph::model_id m) {
    running_program running(p, m);
    outcome_seen watcher(test.outcome, running);
    (void)graph::explore_exhaustively(m, running, running.locations(), {}, watcher);
    return watcher.seen;
}

}  // namespace

TEST_CASE("litmus: the outcome of every classic test under every model") {
    for (const litmus_test& test : litmus_tests) {
        const test_program p = parse_program(test.program);
        CHECK(to_text(p) == test.program);
        for (std::size_t m = 0; m < test.allowed.size(); ++m) {
            const auto model = static_cast<graph::model_id>(m);
            INFO(test.name << " under " << graph::name(model) << ": " << test.program);
            CHECK(is_allowed(test, p, model) == (test.allowed[m] == 'Y'));
        }
    }
}

TEST_CASE("litmus: all executions of every classic test, as the oracle has them") {
    for (const litmus_test& test : litmus_tests) {
        const test_program p = parse_program(test.program);
        for (std::size_t m = 0; m < graph::model_count; ++m) {
            const auto model = static_cast<graph::model_id>(m);
            if (!can_express(p, model)) continue;
            const comparison c = compare(p, model, graph::explore_exhaustively);
            INFO(test.name << " under " << graph::name(model) << ": " << test.program << "\n"
                           << c.what);
            CHECK(c.found == mismatch::none);
        }
    }
}

}  // namespace ringsim::tests
