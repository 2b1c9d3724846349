// Explorations that other processes do ahead are what explore() comes to.
#include "scenarios/study/explorations_ahead.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/exploration_bytes.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using sim::graph::model_id;

struct asked {
    const scenario* of;
    worlds::variant code;
    search how;
};

// Violated and safe ones, under models whose searches are shared and others.
std::vector<asked> questions() {
    std::vector<asked> all;
    for (const std::string_view name : {"lost-wakeup", "publish", "two-producers"})
        for (const std::string_view orders : {"libbpf", "fenced"})
            for (const model_id m : {model_id::x86_tso, model_id::rc11, model_id::armv8})
                all.push_back({find_scenario(name), parse_variant(orders), under(m)});
    return all;
}

// All but the time that it took.
std::string text_of(worlds::exploration e) {
    e.seconds = 0;
    sim::graph::byte_writer to;
    worlds::put(to, e);
    return to.take();
}

struct many_jobs {
    many_jobs() { sim::graph::set_jobs(3); }
    ~many_jobs() { sim::graph::set_jobs(0); }
};

}  // namespace

TEST_CASE("explorations ahead: the results are those of explore(), in order") {
    const many_jobs three;
    explorations_ahead ahead;
    for (const asked& q : questions()) ahead.plan(*q.of, q.code, q.how);
    ahead.begin();
    std::size_t violated = 0;
    for (const asked& q : questions()) {
        const worlds::exploration e = ahead.next(*q.of, q.code, q.how);
        CHECK(text_of(e) == text_of(explore(*q.of, q.code, q.how)));
        violated += e.result == worlds::verdict::violation;
    }
    CHECK(violated > 0);
    CHECK(violated < questions().size());
}

TEST_CASE("explorations ahead: what comes over is all of it") {
    worlds::exploration e =
        explore(*find_scenario("lost-wakeup"), parse_variant("libbpf"), under(model_id::x86_tso));
    REQUIRE(e.result == worlds::verdict::violation);
    REQUIRE_FALSE(e.counterexample.steps.empty());
    e.known_disagreement = "no";
    e.estimate = 1.5;
    const std::string bytes = text_of(e);
    sim::graph::byte_reader from(bytes);
    const worlds::exploration other = worlds::get_exploration(from);
    CHECK(other.counterexample.steps == e.counterexample.steps);
    CHECK(other.counterexample.threads == e.counterexample.threads);
    CHECK(other.reached == e.reached);
    CHECK(other.schedule == e.schedule);
    CHECK(other.known_disagreement == e.known_disagreement);
    CHECK(text_of(other) == bytes);
    CHECK_THROWS_AS(
        [&] {
            sim::graph::byte_reader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
            (void)worlds::get_exploration(cut);
        }(),
        std::length_error);
}

TEST_CASE("explorations ahead: what fails in its process fails where it is asked for") {
    const many_jobs three;
    explorations_ahead ahead;
    auto all = questions();
    const worlds::variant foreign = parse_variant("libbpf consumer.load_header=seq_cst");
    all.insert(all.begin() + 2, {find_scenario("publish"), foreign, under(model_id::lkmm)});
    REQUIRE_FALSE(refusal(all[2].code, all[2].how).empty());
    for (const asked& q : all) ahead.plan(*q.of, q.code, q.how);
    ahead.begin();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const asked& q = all[i];
        if (i == 2)
            CHECK_THROWS_AS((void)ahead.next(*q.of, q.code, q.how), user_error);
        else
            CHECK(text_of(ahead.next(*q.of, q.code, q.how)) ==
                  text_of(explore(*q.of, q.code, q.how)));
    }
    // And one that nobody planned.
    CHECK(ahead.next(*all[0].of, all[0].code, all[0].how).executions > 0);
}

}  // namespace ringsim::tests
