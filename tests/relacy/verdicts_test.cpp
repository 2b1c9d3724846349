// Every expectation of every scenario, on Relacy: what is violated under rc11 is found within a
// stated number of executions from seed 0, with its kind; what is safe there stays silent.
#include <doctest/doctest.h>
#include <algorithm>

#include <set>

#include "kernel_model/site_table.hpp"
#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/relacy_disagreements.hpp"

using namespace ringsim;
using namespace ringsim::scenarios;
using namespace ringsim::scenarios::study;
using namespace ringsim::scenarios::worlds;

namespace {

constexpr std::uint64_t executions_to_find = 100'000;
constexpr std::uint64_t executions_to_stay_silent = 10'000;

exploration explore(const scenario& s, const variant& v, std::uint64_t executions,
                    relacy_scheduler how = relacy_scheduler::random) {
    relacy_options options;
    options.scheduler = how;
    options.iterations = executions;
    return explore_with_relacy(s, v, options);
}

// Random schedules seldom let one thread run to its end inside of a window of another; those with
// few preemptions do.
exploration explore_to_find(const scenario& s, const variant& v) {
    const exploration by_chance = explore(s, v, executions_to_find);
    if (by_chance.result != verdict::no_violation_found) return by_chance;
    return explore(s, v, executions_to_find, relacy_scheduler::bound);
}

}  // namespace

TEST_CASE("Relacy gives every stated variant its verdict under rc11, or a known disagreement") {
    for (const scenario* s : all_scenarios())
        for (const expectation& e : s->expect) {
            CAPTURE(s->name);
            CAPTURE(e.orders);
            CAPTURE(name(e.how));
            const variant v = parse_variant(e.orders, e.how);
            const sim::violation expected = expected_under(e, under_rc11);
            const bool violated = expected != sim::violation::none;
            const exploration r =
                violated ? explore_to_find(*s, v) : explore(*s, v, executions_to_stay_silent);
            if (const relacy_disagreement* d = find_disagreement(*s, v)) {
                CHECK(d->right == expected);
                CHECK(r.result == verdict::inconclusive);
                CHECK(r.kind == d->relacy_says);
                CHECK(r.known_disagreement == describe(*d));
                continue;
            }
            CHECK(r.known_disagreement.empty());
            CHECK(r.kind == expected);
            CHECK(r.result == (violated ? verdict::violation : verdict::no_violation_found));
        }
}

TEST_CASE("every known disagreement is one: Relacy says so, and a scenario states what is right") {
    for (const relacy_disagreement& d : relacy_disagreements()) {
        CAPTURE(d.scenario_name);
        const scenario* s = find_scenario(d.scenario_name);
        REQUIRE(s);
        order_table orders = upstream_orders;
        for (const site_order& o : d.orders) orders = orders.with(o.where, o.how);
        variant v;
        v.orders_name = "test";
        v.orders = orders;
        v.how = d.how;
        REQUIRE(find_disagreement(*s, v) == &d);
        const exploration r = explore(*s, v, executions_to_find);
        CHECK(r.kind == d.relacy_says);
        CHECK(r.result == verdict::inconclusive);
        // Weaken one of the sites that it names, and Relacy is trusted again.
        for (const site_order& o : d.orders)
            CHECK_FALSE(find_disagreement(*s, changed(v, o.where, order::relaxed)));
    }
}

TEST_CASE("every kind of violation is shown by a scenario") {
    std::set<sim::violation> shown;
    for (const scenario* s : all_scenarios())
        for (const expectation& e : s->expect)
            for (const model_bits m : {under_sc, under_tso, under_rc11})
                shown.insert(expected_under(e, m));
    for (int k = 0; k < static_cast<int>(sim::violation::assertion); ++k)
        CHECK_MESSAGE(shown.contains(static_cast<sim::violation>(k)),
                      name(static_cast<sim::violation>(k)));
}

TEST_CASE("every sometimes-condition is reached by random search of a safe variant") {
    for (const scenario* s : all_scenarios())
        for (const expectation& e : s->expect) {
            if (expected_under(e, under_rc11) != sim::violation::none) continue;
            const variant v = parse_variant(e.orders, e.how);
            if (find_disagreement(*s, v)) continue;
            exploration r = explore(*s, v, 2 * executions_to_stay_silent);
            // What takes several unlikely choices in a row needs a longer search.
            if (std::ranges::find(r.reached, false) != r.reached.end())
                r = explore(*s, v, 60 * executions_to_stay_silent);
            for (std::size_t i = 0; i < s->sometimes.size(); ++i)
                CHECK_MESSAGE(r.reached[i], s->name << ": " << s->sometimes[i].name);
            break;  // one variant will do
        }
}

TEST_CASE("the context-bound search ends, and finds the lost wakeup with one preemption") {
    const scenario& s = *find_scenario("lost-wakeup");
    relacy_options options;
    options.scheduler = relacy_scheduler::bound;
    options.context_bound = 1;
    CHECK(explore_with_relacy(s, parse_variant("libbpf"), options).kind ==
          sim::violation::lost_notification);
    const exploration safe = explore_with_relacy(s, parse_variant("edge"), options);
    CHECK(safe.result == verdict::no_violation_found);
    CHECK(safe.covered.starts_with("all "));
    CHECK(safe.covered.find("at most 1 preemption") != std::string::npos);
}

TEST_CASE("the full search finds the lost wakeup, and is inconclusive where it cannot end") {
    const scenario& s = *find_scenario("lost-wakeup");
    CHECK(explore(s, parse_variant("libbpf"), executions_to_find, relacy_scheduler::full).kind ==
          sim::violation::lost_notification);
    const exploration cut = explore(s, parse_variant("edge"), 1000, relacy_scheduler::full);
    CHECK(cut.result == verdict::inconclusive);
    CHECK(cut.executions == 1000);
    CHECK(cut.what == "the search was not finished after 1000 executions");
    CHECK(cut.covered.starts_with("the first 1000 executions"));
}

TEST_CASE("an interrupted search reports what it knows") {
    interrupted = true;
    const exploration r = explore(*find_scenario("publish"), {}, 1000);
    interrupted = false;
    CHECK(r.result == verdict::inconclusive);
    CHECK(r.executions == 0);
    CHECK(r.what == "interrupted after 0 executions");
}

TEST_CASE("sites that met another thread are known, the others are not claimed") {
    auto contended = [](std::string_view scenario_name, site s) {
        const exploration r = explore(*find_scenario(scenario_name), parse_variant("edge"), 2000);
        return r.contended[static_cast<std::size_t>(s)];
    };
    // cpu0 reads consumer_pos, so the consumer's own load of it is not what is put to the test in
    // vain: another thread touches the word, but writes it never.
    CHECK(contended("lost-wakeup", site::consumer_store_consumer_pos));
    CHECK(contended("lost-wakeup", site::commit_load_consumer_pos));
    CHECK(contended("lost-wakeup", site::consumer_load_header));
    CHECK(contended("lost-wakeup", site::consumer_recheck_fence));
    CHECK_FALSE(contended("lost-wakeup", site::consumer_load_producer_pos));  // setup wrote it
    CHECK_FALSE(contended("lost-wakeup", site::reserve_lock));
    CHECK(contended("lost-wakeup-prod", site::consumer_load_producer_pos));
    CHECK_FALSE(contended("publish", site::reserve_lock));  // one producer
    CHECK(contended("two-producers", site::reserve_lock));
    CHECK(contended("two-producers", site::reserve_load_pending_pos));
}
