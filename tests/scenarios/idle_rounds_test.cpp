// When a loop that finds nothing is one that never will: consumers of a few lines on the graph
// engine, whose looks are not all alike.
#include "scenarios/worlds/idle_rounds.hpp"

#include <doctest/doctest.h>

#include "consumer/all.hpp"
#include "scenarios/worlds/kept_words.hpp"
#include "sim/graph/engine.hpp"
#include "sim/graph/explore.hpp"

namespace ringsim::tests {
namespace {

namespace graph = sim::graph;
using namespace scenarios::worlds;

// A word that one thread writes, and another one that looks at it in a loop. What the loop keeps is
// a number, and `next` says what a look that finds nothing makes of it. It takes what it sees when
// the number is `takes_at`.
class looking : public graph::program {
  public:
    using step = unsigned (*)(unsigned);
    looking(step next, unsigned takes_at) : next_(next), takes_at_(takes_at) {
        engine_.define(word_, "word", 0);
    }
    const graph::engine& engine() const { return engine_; }

    unsigned thread_count() const override { return 2; }
    void attach(graph::executor& e) override { engine_.attach(e); }
    void run_thread(unsigned t) override {
        if (t == 0)
            return engine_.store(word_, 1, {site::reserve_store_producer_pos, order::release});
        unsigned kept = 0;
        while (!rounds_until_news(engine_, kept, [&] {
            const bool there =
                engine_.load(word_, {site::consumer_load_producer_pos, order::acquire}) == 1;
            if (there && kept == takes_at_) return true;
            kept = next_(kept);
            return false;
        })) {
        }
    }
    std::optional<graph::verdict_of_program> judge(graph::hang how) override {
        if (how == graph::hang::none) return std::nullopt;
        return graph::verdict_of_program{sim::violation::busy_spin, "looks for ever"};
    }

  private:
    step next_;
    unsigned takes_at_;
    graph::engine engine_{graph::model_id::rc11, graph::default_mapping(graph::model_id::rc11)};
    graph::engine::word word_;
};

graph::exploration_report explored(looking::step next, unsigned takes_at) {
    looking p(next, takes_at);
    graph::observer watcher;
    return graph::explore_exhaustively(graph::model_id::rc11, p, p.engine().locations(), {},
                                       watcher);
}

// What behind `rounds` rounds is found to repeat itself: the first of the rounds that do.
template <class F>
std::uint64_t repeats(std::uint64_t first, F&& next) {
    std::uint64_t kept = first, round = 0;
    idle_rounds<std::uint64_t> idle(kept, round);
    for (;;) {
        kept = next(kept);
        ++round;
        REQUIRE(round < 1000);
        if (const auto from = idle.repeated_from(kept, [&] { return round; })) return *from;
    }
}

}  // namespace

TEST_CASE("idle rounds: a loop that keeps nothing repeats its first round") {
    CHECK(repeats(7, [](std::uint64_t k) { return k; }) == 0);
}

TEST_CASE("idle rounds: rounds of any number, behind any others, are noticed") {
    for (std::uint64_t before = 0; before < 9; ++before)
        for (std::uint64_t length = 1; length < 9; ++length) {
            CAPTURE(before);
            CAPTURE(length);
            const auto from = repeats(
                0, [&](std::uint64_t k) { return k + 1 < before + length ? k + 1 : before; });
            CHECK(from >= before);
        }
}

TEST_CASE("idle rounds: a look that would take something at the next one is no spin") {
    const auto takes_at_third = explored([](unsigned k) { return k < 2 ? k + 1 : k; }, 2);
    CHECK(takes_at_third.end == graph::exploration_end::exhausted);
    CHECK(takes_at_third.executions > 0);
    CHECK(takes_at_third.violating == 0);
    const auto takes_at_each_third = explored([](unsigned k) { return (k + 1) % 3; }, 2);
    CHECK(takes_at_each_third.end == graph::exploration_end::exhausted);
    CHECK(takes_at_each_third.violating == 0);
}

TEST_CASE("idle rounds: and one that never would is one, in however many ways it looks") {
    CHECK(explored([](unsigned k) { return k; }, 5).violating > 0);
    CHECK(explored([](unsigned k) { return (k + 1) % 3; }, 5).violating > 0);
    CHECK(explored([](unsigned k) { return k < 4 ? k + 1 : 2; }, 1).violating > 0);
}

TEST_CASE("kept words: the state of each consumer, taken apart and put together") {
    const consumer::aya_state a{true, 24, 48, false};
    CHECK(words_of(a) == sim::states::local_state{1, 24, 48, 0});
    CHECK(positions_in<consumer::aya_state>() == 0b0110);
    consumer::aya_state b;
    const std::uint64_t words[] = {1, 24, 48, 0};
    set_to(b, words);
    CHECK(a == b);
    CHECK(positions_in<consumer::cilium_state>() == 0b010);
    CHECK(positions_in<consumer::cilium_0_11_state>() == 0);
    CHECK(positions_in<consumer::libpman_state>() == 0b0110);
    consumer::libpman_state l;
    l.held = 16;
    CHECK(words_of(l) == sim::states::local_state{0, 0, 0, 16});
    CHECK(words_of(consumer::no_state{}).empty());
    CHECK(positions_in<consumer::no_state>() == 0);
}

}  // namespace ringsim::tests
