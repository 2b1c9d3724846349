// Automata of threads (sim/graph/automata.hpp): a search that goes by them visits what a search
// visits that runs the bodies.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/graph/automata.hpp"
#include "sim/graph/explore.hpp"
#include "tests/graph/generator.hpp"
#include "tests/graph/plain_execution.hpp"
#include "tests/graph/protocol_program.hpp"
#include "tests/graph/test_program.hpp"

namespace ringsim::tests {
namespace {

using graph::model_id;

// Every execution and every violation, in order, with what the program itself saw.
struct everything_heard final : graph::observer {
    std::vector<std::string> heard;
    const running_program* program = nullptr;

    void begin() override { heard.clear(); }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        heard.push_back(text_of(record()) + facts());
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        const graph::recorded_execution e = record();
        heard.push_back(text_of(e) + e.found->what + (e.complete ? facts() : ""));
    }
    std::string text_of(const graph::recorded_execution& e) const {
        return to_text(
            plain(e, program->thread_count(), static_cast<unsigned>(program->locations().size())));
    }
    std::string facts() const {
        std::string all;
        for (unsigned t = 0; t < program->thread_count(); ++t)
            for (const std::uint64_t r : program->facts(t).registers)
                all += " " + std::to_string(r);
        return all;
    }
};

struct search_result {
    graph::exploration_report report;
    std::vector<std::string> heard;
};
search_result search(const test_program& p, model_id m, bool bodies) {
    running_program program(p, m);
    if (bodies) program.run_bodies();
    everything_heard all;
    all.program = &program;
    const auto report = graph::explore_exhaustively(m, program, program.locations(), {}, all);
    return {report, all.heard};
}

// Makes so many choices of so many ways, and stores what came of them.
class choosing_program final : public graph::program {
  public:
    choosing_program(unsigned choices, unsigned ways, bool by_values)
        : choices_(choices), ways_(ways), by_values_(by_values) {}

    unsigned thread_count() const override { return 1; }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned) override {
        sum_ = 0;
        for (unsigned i = 0; i < choices_; ++i) {
            graph::label at;
            at.kind = graph::event_kind::choice;
            at.expected = ways_;
            sum_ = sum_ * ways_ + executor_->step(at);
        }
    }
    bool told_by_values() const override { return by_values_; }
    std::span<std::byte> state_of(unsigned) override {
        return std::as_writable_bytes(std::span(&sum_, 1));
    }
    std::optional<graph::verdict_of_program> judge(graph::hang) override {
        sums.push_back(sum_);
        return std::nullopt;
    }

    std::vector<std::uint64_t> sums;

  private:
    unsigned choices_, ways_;
    bool by_values_;
    std::uint64_t sum_ = 0;
    graph::executor* executor_ = nullptr;
};

}  // namespace

TEST_CASE("automata: with and without them, the same executions in the same order") {
    unsigned executions = 0;
    for (const model_id m : {model_id::sc, model_id::x86_tso, model_id::rc11, model_id::armv8,
                             model_id::riscv, model_id::power, model_id::lkmm})
        for (std::uint64_t seed = 7000; seed < 7200; ++seed) {
            const test_program p = generate(seed, m);
            if (!can_express(p, m)) continue;
            const search_result by_values = search(p, m, false);
            const search_result by_bodies = search(p, m, true);
            INFO(graph::name(m), " ", to_text(p));
            REQUIRE(by_values.heard == by_bodies.heard);
            REQUIRE(by_values.report.executions == by_bodies.report.executions);
            REQUIRE(by_values.report.blocked == by_bodies.report.blocked);
            REQUIRE(by_values.report.inconsistent == by_bodies.report.inconsistent);
            REQUIRE(by_values.report.in_vain == by_bodies.report.in_vain);
            REQUIRE(by_values.report.events == by_bodies.report.events);
            executions += static_cast<unsigned>(by_values.heard.size());
        }
    CHECK(executions > 1000);
}

// Where threads wait without an event, what is known of them before they run again decides whose
// turn it is.
TEST_CASE("automata: with locks that are waited for without an event, the same searches") {
    locks_in_queue = true;
    for (const char* text :
         {"lock(l) | lock(l); x=1 rlx; unlock(l) | r0=x rlx",
          "lock(l); await(x,1) acq; unlock(l) | lock(l); unlock(l); lock(w); unlock(w) | "
          "lock(w); unlock(w); lock(l); unlock(l)",
          "lock(l); unlock(l) | lock(w); unlock(w); lock(l); unlock(l) | "
          "lock(l); unlock(l); lock(l); await(y,1) acq; unlock(l)"}) {
        const test_program p = parse_program(text);
        const search_result by_values = search(p, model_id::rc11, false);
        const search_result by_bodies = search(p, model_id::rc11, true);
        INFO(text);
        CHECK(by_values.heard == by_bodies.heard);
        CHECK(by_values.report.blocked == by_bodies.report.blocked);
        CHECK(by_values.report.events == by_bodies.report.events);
    }
    locks_in_queue = false;
}

TEST_CASE("automata: a thread that goes more ways than an automaton has nodes is run on") {
    std::vector<std::uint64_t> sums[2];
    for (const bool by_values : {true, false}) {
        choosing_program p(3, 40, by_values);
        graph::observer nobody;
        const auto report = graph::explore_exhaustively(model_id::sc, p, {{"x", 0}}, {}, nobody);
        CHECK(report.executions == 64'000);
        sums[by_values] = p.sums;
    }
    CHECK(sums[0].size() > graph::automata::nodes_max);
    CHECK(sums[0] == sums[1]);
}

}  // namespace ringsim::tests
