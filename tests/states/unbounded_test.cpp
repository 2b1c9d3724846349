// Rings that run without end.
#include <doctest/doctest.h>

#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/endless.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;
using graph_model = sim::graph::model_id;

constexpr graph_model models[] = {graph_model::sc, graph_model::x86_tso, graph_model::rc11};

states_exploration explored(std::string_view orders, graph_model m, trigger how = trigger::edge,
                            std::optional<std::uint64_t> records = std::nullopt) {
    states_options o;
    o.model = m;
    o.limits.merged_accesses = 40;
    return explore_endless(parse_variant(orders, how), {.producers = 1, .records = records}, o);
}

}  // namespace

TEST_CASE(
    "states: with a fence behind its store an edge-triggered consumer never misses a record") {
    for (const graph_model m : models) {
        const states_exploration e = explored("edge", m);
        INFO(sim::graph::name(m) << ": " << e.result.what);
        CHECK(e.result.result == verdict::safe);
        CHECK(e.states.merged > 0);
        CHECK(e.states.merged_wrongly == 0);
    }
}

TEST_CASE("states: libbpf's consumer under EPOLLET loses a wakeup under all models but sc") {
    for (const graph_model m : models) {
        const states_exploration e = explored("libbpf", m);
        INFO(sim::graph::name(m) << ": " << e.result.what);
        if (m == graph_model::sc) {
            CHECK(e.result.result == verdict::safe);
            continue;
        }
        REQUIRE(e.result.result == verdict::violation);
        CHECK(e.result.kind == sim::violation::lost_notification);
        CHECK(e.result.counterexample.steps.size() < 60);
    }
}

TEST_CASE("states: a lock that is never dropped is a deadlock, though the consumer sleeps") {
    for (const graph_model m : models)
        for (const unsigned producers : {1u, 2u}) {
            states_options o;
            o.model = m;
            const states_exploration e =
                explore_endless(parse_variant("fenced reserve.unlock=none", trigger::edge),
                                {.producers = producers, .records = {}}, o);
            INFO(sim::graph::name(m) << ": " << e.result.what);
            CHECK(e.result.result == verdict::violation);
            CHECK(e.result.kind == sim::violation::deadlock);
        }
}

TEST_CASE("states: a level trigger covers for it") {
    for (const graph_model m : models)
        CHECK(explored("libbpf", m, trigger::level).result.result == verdict::safe);
}

TEST_CASE("states: orders that let a record through torn are found without end too") {
    const states_exploration e = explored("edge consumer.load_header=relaxed", graph_model::rc11);
    CHECK(e.result.result == verdict::violation);
    CHECK(e.result.kind == sim::violation::data_race);
}

TEST_CASE("states: what is found without seq_cst accesses is held against the axioms") {
    // The load behind the store is none, so the two may swap.
    const states_exploration e =
        explored("libbpf consumer.store_consumer_pos=seq_cst", graph_model::rc11);
    CHECK(e.states.weaker_seq_cst);
    REQUIRE(e.result.result == verdict::violation);
    CHECK(e.result.kind == sim::violation::lost_notification);
    // All three are, and so in order, but not for the machine.
    const states_exploration f = explored(
        "libbpf consumer.store_consumer_pos=seq_cst consumer.load_header=seq_cst "
        "consumer.load_producer_pos=seq_cst",
        graph_model::rc11);
    CHECK(f.states.doubtful > 0);
    CHECK(f.states.violating == 0);
    CHECK(f.result.result == verdict::inconclusive);
    CHECK(f.result.what.starts_with("what was found is forbidden by seq_cst accesses"));
}

namespace {

// One state for all that are as good, against all of them: as many as there are classes.
void check_symmetry(std::string_view orders, graph_model m, const endless_options& ring,
                    bool grows_old = false) {
    states_options o;
    o.model = m;
    o.limits.merged_accesses = 40;
    o.limits.stop_at_first_violation = false;
    const variant v = parse_variant(orders, trigger::edge);
    const states_exploration one = explore_endless(v, ring, o);
    o.limits.tell_all_apart = true;
    const states_exploration all = explore_endless(v, ring, o);
    INFO(sim::graph::name(m) << " " << orders << ": " << one.states.states << " of "
                             << all.states.states);
    CHECK(one.states.rotated);
    CHECK(one.states.identical == (ring.producers > 1 ? ring.producers : 0));
    CHECK_FALSE(all.states.rotated);
    CHECK(all.states.identical == 0);
    CHECK(one.result.result == all.result.result);
    CHECK(one.result.kind == all.result.kind);
    // What has grown old is so at one place; behind it the states are still told apart.
    if (grows_old)
        CHECK(one.states.states < all.states.classes);
    else
        CHECK(one.states.states == all.states.classes);
    CHECK(one.states.states < all.states.states);
    CHECK(one.states.merged > 0);
    CHECK(one.states.merged_wrongly == 0);
    CHECK(all.states.merged_wrongly == 0);
}

}  // namespace

TEST_CASE("states: a ring that is turned round is the same ring") {
    for (const graph_model m : models) {
        check_symmetry("edge", m, {});
        check_symmetry("libbpf", m, {});
    }
    for (const std::string_view orders : {"aya-0.14 consumer=aya-0.14", "seq_cst consumer=cilium"})
        check_symmetry(orders, graph_model::x86_tso, {});
}

TEST_CASE("states: a consumer to which a ring is not the same wherever it stands") {
    // Aya 0.12 begins with producer position 0.
    for (const graph_model m : models) {
        const states_exploration e = explored("aya-0.12 consumer=aya-0.12", m);
        INFO(sim::graph::name(m) << ": " << e.result.what);
        CHECK_FALSE(e.states.rotated);
        CHECK((e.result.result == verdict::safe) == (m != graph_model::rc11));
    }
}

TEST_CASE("states: identical producers are interchangeable, and old positions are all the same") {
    for (const graph_model m : models)
        check_symmetry("edge", m, {.producers = 2, .records = 1, .ring_bytes = 32});
    check_symmetry("edge", graph_model::sc, {.producers = 2, .records = 2, .ring_bytes = 32},
                   /*grows_old=*/true);
}

namespace {

// What an exploration says, whole.
std::string all_of(const states_exploration& e) {
    const sim::states::exploration_report& r = e.states;
    std::string text = e.result.what + " " + e.result.schedule;
    for (const std::uint64_t n : {static_cast<std::uint64_t>(r.end), r.states, r.turns, r.depth,
                                  r.waiting, r.ends, r.violating, r.bytes, r.places, r.begun_again})
        text += " " + std::to_string(n);
    return text;
}

void check_jobs(std::string_view orders, const endless_options& ring, states_options o) {
    const variant v = parse_variant(orders, trigger::edge);
    const std::string alone = all_of(explore_endless(v, ring, o));
    for (const unsigned jobs : {2u, 3u}) {
        o.limits.jobs = jobs;
        INFO(orders << " under " << sim::graph::name(o.model) << " by " << jobs);
        CHECK(all_of(explore_endless(v, ring, o)) == alone);
    }
}

}  // namespace

TEST_CASE("states: what several threads find is what one finds") {
    for (const graph_model m : models) {
        states_options o;
        o.model = m;
        check_jobs("fenced", {}, o);
        check_jobs("libbpf", {.producers = 2, .records = {}}, [&] {
            states_options cut = o;
            cut.limits.states_max = 30'001;  // in the middle of the ways on from a state
            return cut;
        }());
        o.limits.stop_at_first_violation = false;
        check_jobs("libbpf", {}, o);
    }
    states_options o;
    o.model = graph_model::rc11;
    o.limits.bytes_max = 16 << 20;
    check_jobs("fenced", {.producers = 2, .records = {}}, o);
}

TEST_CASE("states: under sc the way to a violation is told without a stale read") {
    // Without the lock both producers take the same space, and write the same values there.
    states_options o;
    o.model = graph_model::sc;
    const states_exploration e =
        explore_endless(parse_variant("libbpf reserve.lock=none", trigger::level),
                        {.producers = 2, .records = {}}, o);
    REQUIRE(e.result.result == verdict::violation);
    const sim::trace told = sim::sequenced(e.result.counterexample);
    CHECK(told.steps.size() > 20);
    for (const sim::trace_step& s : told.steps) {
        INFO(s.word << " by thread " << int{s.thread});
        CHECK(s.missed == 0);
    }
}

TEST_CASE("states: with few records there are fewer states, and the same verdict") {
    const states_exploration few = explored("edge", graph_model::sc, trigger::edge, 3);
    const states_exploration more = explored("edge", graph_model::sc, trigger::edge, 6);
    CHECK(few.result.result == verdict::safe);
    CHECK(more.result.result == verdict::safe);
    CHECK(few.states.states < more.states.states);
}

}  // namespace ringsim::tests
