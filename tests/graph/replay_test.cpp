// Schedules and walks against the exhaustive exploration, on generated programs: every execution
// can be performed again from its schedule, and walks perform these executions and no others.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "sim/graph/explore.hpp"
#include "sim/graph/linearize.hpp"
#include "tests/graph/generator.hpp"
#include "tests/graph/plain_execution.hpp"

namespace ringsim::tests {
namespace {

// Keeps what was found, violations too.
struct recorder final : graph::observer {
    std::vector<graph::recorded_execution> found;

    void begin() override { found.clear(); }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        found.push_back(record());
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        found.push_back(record());
    }
};

std::string text_of(const test_program& p, const graph::recorded_execution& e) {
    if (!e.complete) return e.found->what;  // how much of the rest there is depends on the order
    std::string text = to_text(
        plain(e, static_cast<unsigned>(p.threads.size()), static_cast<unsigned>(p.initial.size())));
    if (e.found) text += " # " + e.found->what;
    return text;
}

std::vector<graph::recorded_execution> all_of(const test_program& p, graph::model_id m) {
    running_program running(p, m);
    recorder heard;
    graph::exploration_limits limits;
    limits.executions_max = 2000;
    (void)graph::explore_exhaustively(m, running, running.locations(), limits, heard);
    return heard.found;
}

std::string replayed(const test_program& p, graph::model_id m, const graph::schedule& s) {
    running_program running(p, m);
    try {
        return text_of(p, graph::replay(m, running, running.locations(), s));
    } catch (const graph::schedule_error& e) {
        return std::string("cannot: ") + e.what();
    }
}

// One line for each that is in one of the two only.
std::string difference(const std::set<std::string>& walks, const std::set<std::string>& all) {
    std::string lines;
    for (const std::string& text : walks)
        if (!all.contains(text)) lines += "\nextra:  " + text;
    for (const std::string& text : all)
        if (!walks.contains(text)) lines += "\nmissing:" + text;
    return lines;
}

// A walk keeps the reads of idle iterations, which the exhaustive exploration does not have.
bool spins_somewhere(const test_program& p) {
    for (const auto& t : p.threads)
        for (const instruction& i : t)
            if (i.what == opcode::spin) return true;
    return false;
}

std::set<std::string> walked(const test_program& p, graph::model_id m, graph::walk_policy& policy,
                             std::uint64_t walks, graph::exploration_end& end) {
    running_program running(p, m);
    recorder heard;
    graph::exploration_limits limits;
    limits.executions_max = walks;
    end = graph::search(m, running, running.locations(), policy, limits, heard).end;
    std::set<std::string> texts;
    for (const auto& e : heard.found) texts.insert(text_of(p, e));
    return texts;
}

}  // namespace

TEST_CASE("replay: every execution of generated programs, from its schedule") {
    std::size_t replays = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        for (std::size_t i = 0; i < graph::model_count; ++i) {
            const auto m = static_cast<graph::model_id>(i);
            const test_program p = generate(seed, m);
            for (graph::recorded_execution& e : all_of(p, m)) {
                const std::string before = text_of(p, e);
                INFO("seed " << seed << " under " << graph::name(m) << ": " << to_text(p));
                REQUIRE(replayed(p, m, graph::schedule_of(e)) == before);
                (void)graph::linearize(e);
                REQUIRE(text_of(p, e) == before);
                const graph::schedule s = graph::schedule_of(e);
                REQUIRE(replayed(p, m, s) == before);
                REQUIRE(graph::parse_schedule(graph::to_text(s)) == s);
                ++replays;
            }
        }
    }
    CHECK(replays > 1000);
}

TEST_CASE("replay: ten thousand times the same") {
    const test_program p = generate(7);
    const auto m = graph::model_id::rc11;
    const auto all = all_of(p, m);
    REQUIRE(!all.empty());
    const graph::schedule s = graph::schedule_of(all.back());
    const std::string first = replayed(p, m, s);
    REQUIRE(first == text_of(p, all.back()));
    unsigned differing = 0;
    for (unsigned i = 0; i < 10'000; ++i) differing += replayed(p, m, s) != first;
    CHECK(differing == 0);
}

TEST_CASE("walks: every schedule without bounds performs every execution, and no other") {
    unsigned compared = 0;
    for (std::uint64_t seed = 1; compared < 100 && seed < 2000; ++seed) {
        const auto m = static_cast<graph::model_id>(seed % graph::model_count);
        const test_program p = generate(seed, m);
        if (spins_somewhere(p)) continue;
        std::set<std::string> expected;
        bool complete = true;  // what is given up in the middle depends on the order
        for (const auto& e : all_of(p, m)) {
            complete = complete && e.complete;
            expected.insert(text_of(p, e));
        }
        if (!complete || expected.size() > 40) continue;
        const auto policy = graph::every_schedule({});
        graph::exploration_end end{};
        const auto texts = walked(p, m, *policy, 20'000, end);
        if (end != graph::exploration_end::exhausted) continue;
        ++compared;
        INFO("seed " << seed << " under " << graph::name(m) << ": " << to_text(p)
                     << difference(texts, expected));
        REQUIRE(texts == expected);
    }
    CHECK(compared == 100);
}

TEST_CASE("walks: random walks perform no execution that does not exist") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const auto m = static_cast<graph::model_id>(seed % graph::model_count);
        const test_program p = generate(seed, m);
        if (spins_somewhere(p)) continue;
        std::set<std::string> expected;
        bool complete = true;
        for (const auto& e : all_of(p, m)) {
            complete = complete && e.complete;
            expected.insert(text_of(p, e));
        }
        if (!complete) continue;
        const auto random = graph::random_walk(seed, {});
        const auto pct = graph::pct(seed, 3, 12, {});
        for (graph::walk_policy* policy : {random.get(), pct.get()}) {
            graph::exploration_end end{};
            const auto texts = walked(p, m, *policy, 100, end);
            INFO("seed " << seed << " under " << graph::name(m) << ": " << to_text(p)
                         << difference(texts, expected));
            REQUIRE(std::ranges::includes(expected, texts));
            REQUIRE(!texts.empty());
        }
    }
}

}  // namespace ringsim::tests
