// Schedules and walks against the exhaustive exploration, on generated programs: every execution
// can be performed again from its schedule, and walks perform these executions and no others.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
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

// Of a program that has so many, the rest is not known.
constexpr std::size_t executions_max = 2000;

std::vector<graph::recorded_execution> all_of(const test_program& p, graph::model_id m) {
    running_program running(p, m);
    recorder heard;
    graph::exploration_limits limits;
    limits.executions_max = executions_max;
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

bool writes_in_coherence_order(const graph::recorded_execution& e) {
    std::map<graph::location_id, unsigned> newest;
    for (const graph::recorded_event& w : e.events) {
        if (w.what.kind != graph::event_kind::write) continue;
        if (w.co < newest[w.what.location]) return false;
        newest[w.what.location] = w.co;
    }
    return true;
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
                const graph::execution_cost cost = graph::linearize(e);
                // Under sc every execution is an interleaving, and is told as one.
                if (m == graph::model_id::sc) {
                    REQUIRE(cost.stale_reads == 0);
                    REQUIRE(writes_in_coherence_order(e));
                }
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
    struct recorded {
        test_program program;
        graph::model_id model;
        graph::schedule how;
        std::string text;
    };
    std::vector<recorded> executions;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const test_program p = generate(seed);
        const auto m = static_cast<graph::model_id>(seed % graph::model_count);
        for (const auto& e : all_of(p, m))
            executions.push_back({p, m, graph::schedule_of(e), text_of(p, e)});
    }
    REQUIRE(executions.size() > 100);
    unsigned differing = 0;
    for (unsigned i = 0; i < 10'000; ++i) {
        const recorded& e = executions[i % executions.size()];
        differing += replayed(e.program, e.model, e.how) != e.text;
    }
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
        if (!complete || expected.size() >= executions_max) continue;
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

namespace {

// A random walk that writes down what it was asked and what it said.
class written_down final : public graph::walk_policy {
  public:
    explicit written_down(std::unique_ptr<graph::walk_policy> inner) : inner_(std::move(inner)) {}

    bool begin(unsigned threads) override {
        walks.emplace_back();
        return inner_->begin(threads);
    }
    void again(unsigned threads) override {
        cut_short = std::move(walks.back());
        walks.back().clear();
        inner_->again(threads);
    }
    bool another_step() override { return inner_->another_step(); }
    unsigned pick_thread(const graph::thread_choice& c) override {
        return note(inner_->pick_thread(c));
    }
    unsigned pick_source(unsigned n) override { return note(inner_->pick_source(n)); }
    unsigned pick_place(unsigned n) override { return note(inner_->pick_place(n)); }

    std::vector<std::vector<unsigned>> walks;
    std::vector<unsigned> cut_short;

  private:
    unsigned note(unsigned picked) {
        walks.back().push_back(picked);
        return picked;
    }
    std::unique_ptr<graph::walk_policy> inner_;
};

// A program of so many stores, and a thread that looks at them three times.
test_program many_stores(unsigned n) {
    std::string text = "x=1 rlx";
    for (unsigned i = 1; i < n; ++i) text += "; x=1 rlx";
    return parse_program(text + " | r0=x rlx; r1=x rlx; r2=x rlx");
}

}  // namespace

TEST_CASE("walks: one that outgrows a small graph is walked again, with the same choices") {
    const test_program p = many_stores(200);
    for (const bool with_pct : {false, true}) {
        written_down policy(with_pct ? graph::pct(5, 3, 12, {}) : graph::random_walk(5, {}));
        graph::exploration_end end{};
        (void)walked(p, graph::model_id::rc11, policy, 20, end);
        CHECK(end == graph::exploration_end::limit);
        CHECK(policy.walks.size() == 20);
        REQUIRE(policy.cut_short.size() > 50);
        REQUIRE(policy.cut_short.size() < policy.walks.front().size());
        CHECK(std::ranges::equal(policy.cut_short,
                                 std::span(policy.walks.front()).first(policy.cut_short.size())));
    }
}

TEST_CASE("schedule: what cannot be read is refused with its word and the reason") {
    const auto refused = [](std::string_view text, std::string_view why) {
        INFO(text);
        try {
            (void)graph::parse_schedule(text);
            FAIL("was read");
        } catch (const graph::schedule_error& e) {
            CHECK(std::string_view(e.what()).find(why) != std::string_view::npos);
        }
    };
    const std::string v = std::to_string(graph::schedule_version) + ' ';
    refused("", "begins with its version");
    refused("0:spin", "begins with its version");
    refused("999 0:spin", "begins with '999'");
    refused(v + "x:spin", "word 1 of the schedule has no valid number");
    refused(v + "-1:spin", "word 1 of the schedule has no valid number");
    refused(v + "99999999999999999999:spin", "has no valid number");
    refused(v + "99:spin", "names a thread that cannot be");
    refused(v + "0", "lacks the colon");
    refused(v + "0:nowhere", "names no site: 'nowhere'");
    refused(v + "0:spin 0:spin<", "word 2 of the schedule has no valid number");
    refused(v + "0:spin<1", "refers to an access that is not before it");
    refused(v + "0:spin 0:spin@2", "word 2 of the schedule refers to an access");
    refused(v + "0:spin#1", "has a way but is no choice");
    refused(v + "0:choose", "is a choice without its way");
    refused(v + "0:spin!x", "has no valid number");
    std::string long_one = v;
    for (std::size_t i = 0; i <= graph::schedule_steps_max; ++i) long_one += "0:spin ";
    refused(long_one, "has more than");
    CHECK(graph::to_text(graph::parse_schedule(v + "0:spin 1:choose#2 0:spin<0!")) ==
          v + "0:spin 1:choose#2 0:spin<0!");
}

}  // namespace ringsim::tests
