// The seed bug, found by Relacy through explore_with_relacy(), and what comes with a finding.
#include <doctest/doctest.h>

#include "consumer/order_tables.hpp"
#include "scenarios/exploration.hpp"

using namespace ringsim;
using namespace ringsim::scenarios;

TEST_CASE("Relacy finds the lost wakeup of an edge-triggered libbpf, and names the stale read") {
    const scenario& s = *find_scenario("lost-wakeup");
    const exploration e = explore_with_relacy(s, {}, {});
    REQUIRE(e.result == verdict::violation);
    CHECK(e.kind == sim::violation::lost_notification);
    CHECK(e.executions < 5000);
    CHECK(e.counterexample.steps.back().kind == sim::step_kind::asleep);
    bool stale = false;
    for (const auto& step : e.counterexample.steps) stale = stale || step.missed != 0;
    CHECK(stale);
}
