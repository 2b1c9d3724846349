// Rings that run without end.
#include <doctest/doctest.h>

#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/endless.hpp"

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

TEST_CASE("states: a level trigger covers for it") {
    for (const graph_model m : models)
        CHECK(explored("libbpf", m, trigger::level).result.result == verdict::safe);
}

TEST_CASE("states: orders that let a record through torn are found without end too") {
    const states_exploration e = explored("edge consumer.load_header=relaxed", graph_model::rc11);
    CHECK(e.result.result == verdict::violation);
    CHECK(e.result.kind == sim::violation::data_race);
}

TEST_CASE("states: with few records there are fewer states, and the same verdict") {
    const states_exploration few = explored("edge", graph_model::sc, trigger::edge, 3);
    const states_exploration more = explored("edge", graph_model::sc, trigger::edge, 6);
    CHECK(few.result.result == verdict::safe);
    CHECK(more.result.result == verdict::safe);
    CHECK(few.states.states < more.states.states);
}

}  // namespace ringsim::tests
