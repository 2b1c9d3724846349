// What the protocol states of its dependencies: exact by construction, and each of them is good for
// something or says why it is not.
#include "kernel_model/dependency.hpp"

#include <doctest/doctest.h>

#include <string>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/value_origins.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;
using sim::graph::read_set;

read_set reads(std::initializer_list<unsigned> places) {
    read_set set;
    for (const unsigned place : places) set.add(place);
    return set;
}

template <class Position>
sim::graph::dependencies all_of(const value_origins<Position>& o, site s, Position pos) {
    dependency_set stated;
    return o.of(s, pos, {}, stated);
}

// The thread of a consumer, as libbpf's: the position, producer_pos, headers.
struct followed_consumer {
    value_origins<std::uint64_t> origins;
    followed_consumer() {
        origins.clear();
        origins.loaded(site::consumer_load_consumer_pos, 0, 16);
        origins.loaded(site::consumer_load_producer_pos, 1, 64);
    }
    auto of(site s, std::uint64_t pos) const { return all_of(origins, s, pos); }
};

}  // namespace

TEST_CASE("dependencies: the first header lies where consumer_pos points") {
    const followed_consumer c;
    CHECK(c.of(site::consumer_load_header, 16).addr == reads({0}));
    CHECK(c.of(site::consumer_load_payload, 16).addr == reads({0}));
    CHECK_FALSE(c.of(site::consumer_load_header, 16).data.any());
}

TEST_CASE("dependencies: the next position is made of the headers before it") {
    followed_consumer c;
    c.origins.loaded_header(site::consumer_load_header, 2, 16, 8);
    // Its own payload does not depend on it, but what comes next does.
    CHECK(c.of(site::consumer_load_payload, 16).addr == reads({0}));
    CHECK(c.of(site::consumer_store_consumer_pos, 32).data == reads({0, 2}));
    CHECK(c.of(site::consumer_load_header, 32).addr == reads({0, 2}));
    c.origins.loaded_header(site::consumer_load_header, 3, 32, 8 | BPF_RINGBUF_DISCARD_BIT);
    CHECK(c.of(site::consumer_load_payload, 48).addr == reads({0, 2, 3}));
}

TEST_CASE("dependencies: a header that is looked at twice counts as it was last seen") {
    followed_consumer c;
    c.origins.loaded_header(site::consumer_load_header, 2, 16, 8 | BPF_RINGBUF_BUSY_BIT);
    CHECK(c.of(site::consumer_load_header, 16).addr == reads({0}));
    c.origins.loaded_header(site::consumer_load_header, 3, 16, 8);
    CHECK(c.of(site::consumer_store_consumer_pos, 32).data == reads({0, 3}));
}

TEST_CASE("dependencies: a position that cannot be followed has none") {
    followed_consumer c;
    CHECK_FALSE(c.of(site::consumer_load_header, 32).any());
    c.origins.loaded_header(site::consumer_load_header, 2, 16, 8);
    c.origins.loaded(site::consumer_load_consumer_pos, 3, 48);  // a new beginning
    CHECK_FALSE(c.of(site::consumer_load_header, 32).any());
    CHECK(c.of(site::consumer_load_header, 48).addr == reads({3}));
}

TEST_CASE("dependencies: what the drain stores comes from the second load of consumer_pos") {
    value_origins<std::uint64_t> o;
    o.clear();
    o.loaded(site::drain_load_producer_pos, 0, 16);
    o.loaded(site::drain_load_consumer_pos, 1, 0);
    o.loaded_header(site::drain_load_header, 2, 0, 8);
    CHECK(all_of<std::uint64_t>(o, site::drain_load_payload, 0).addr == reads({1}));
    CHECK(all_of<std::uint64_t>(o, site::drain_store_consumer_pos, 16).data ==
          reads({1, 2}));  // discarded
    o.loaded(site::drain_reload_consumer_pos, 4, 0);
    CHECK(all_of<std::uint64_t>(o, site::drain_store_consumer_pos, 16).data == reads({2, 4}));
}

TEST_CASE("dependencies: a record is followed to its commit, another thread's is not") {
    value_origins<std::uint32_t> o;
    o.clear();
    o.loaded(site::reserve_load_producer_pos, 1, 32);
    o.loaded(site::reserve_load_producer_pos, 5, 48);
    CHECK(all_of<std::uint32_t>(o, site::program_store_payload, 32).addr == reads({1}));
    CHECK(all_of<std::uint32_t>(o, site::commit_xchg_header, 48).addr == reads({5}));
    CHECK_FALSE(all_of<std::uint32_t>(o, site::commit_xchg_header, 0).any());
    CHECK(all_of<std::uint32_t>(o, site::reserve_store_producer_pos, 64).data == reads({5}));
    o.loaded_header(site::commit_load_header, 7, 48, 8 | BPF_RINGBUF_BUSY_BIT);
    CHECK(all_of<std::uint32_t>(o, site::commit_xchg_header, 48).data == reads({7}));
}

TEST_CASE("dependencies: one that is left out is not stated") {
    followed_consumer c;
    dependency_set without;
    without.add(dependency::consumer_header_address);
    dependency_set stated;
    CHECK_FALSE(c.origins.of(site::consumer_load_header, 16, without, stated).any());
    CHECK(stated.empty());
    CHECK(c.origins.of(site::consumer_load_payload, 16, without, stated).addr == reads({0}));
    CHECK(stated.contains(dependency::consumer_payload_address));
}

TEST_CASE("dependencies: a branch depends on the loads that it compares") {
    const followed_consumer c;
    CHECK(c.origins.of_branch(dependency::consumer_empty_check) == reads({0, 1}));
    CHECK_FALSE(c.origins.of_branch(dependency::consumer_busy_check).any());
}

TEST_CASE("dependencies: each has a name of its own, and can be left out by it") {
    for (std::size_t i = 0; i < dependency_count; ++i) {
        const auto d = static_cast<dependency>(i);
        CAPTURE(name(d));
        REQUIRE(parse_dependency(name(d)) == d);
        CHECK((info(d).kind == dependency_kind::control) == (info(d).to == site::count_));
        const variant v = parse_variant("libbpf without=" + std::string(name(d)));
        CHECK(v.left_out.contains(d));
        CHECK(v.orders_name == "libbpf without=" + std::string(name(d)));
        CHECK(parse_variant(v.orders_name).same_code_as(v));
    }
}

TEST_CASE("dependencies: one that there is not is refused") {
    CHECK_THROWS_AS(parse_variant("libbpf without=consumer.busy_chek"), user_error);
    CHECK_THROWS_AS(parse_variant("libbpf without="), user_error);
}

// Of the scenarios that a model can tell apart by dependencies, with every consumer that is stated.
TEST_CASE("dependencies: every one is stated somewhere, and is not where it is left out") {
    dependency_set all;
    for (const scenario* s : all_scenarios())
        for (const expectation& e : s->expect) {
            graph_options o;
            o.model = sim::graph::model_id::armv8;
            o.smallest = false;
            o.executions_max = 50;
            variant v = parse_variant(e.orders, e.how);
            const dependency_set stated = explore_with_graph(*s, v, o).stated;
            all.add(stated);
            if (v.orders_name != "libbpf" || s->needs.has(need::hostile_user)) continue;
            v.left_out = stated;
            CAPTURE(s->name);
            const dependency_set rest = explore_with_graph(*s, v, o).stated;
            for (std::size_t i = 0; i < dependency_count; ++i)
                if (const auto d = static_cast<dependency>(i); stated.contains(d))
                    CHECK_FALSE(rest.contains(d));
        }
    for (std::size_t i = 0; i < dependency_count; ++i) {
        CAPTURE(dependency_table[i].name);
        CHECK(all.contains(static_cast<dependency>(i)));
    }
}

TEST_CASE("dependencies: models that know none are told none") {
    graph_options o;
    o.model = sim::graph::model_id::rc11;
    CHECK(explore_with_graph(*find_scenario("publish"), variant{}, o).stated.empty());
}

}  // namespace ringsim::tests
