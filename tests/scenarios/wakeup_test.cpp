// The wakeup path in full against the abstract edge: the same verdicts wherever both apply.
#include <doctest/doctest.h>

#include "kernel_model/short_list.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

search with_graph(sim::graph::model_id m) {
    search how;
    how.engine = engine_kind::graph;
    how.graph.model = m;
    how.graph.smallest = false;
    return how;
}

// The variant with the full path, if what is stated of the abstract one holds for it too.
std::optional<variant> in_full(const expectation& e) {
    variant v = parse_variant(e.orders, e.how);
    if (v.wakeup == wakeup_path::full) return std::nullopt;
    v.wakeup = wakeup_path::full;
    if (has_own_verdict(v)) return std::nullopt;
    return v;
}

}  // namespace

TEST_CASE("wakeup: full and abstract agree on every variant of every scenario that waits") {
    unsigned compared = 0;
    for (const scenario* s : all_scenarios()) {
        if (s->waits != wait_kind::in_epoll) continue;
        for (const expectation& e : s->expect) {
            const auto v = in_full(e);
            if (!v) continue;
            for (const auto m : {sim::graph::model_id::sc, sim::graph::model_id::x86_tso,
                                 sim::graph::model_id::rc11}) {
                CAPTURE(s->name);
                CAPTURE(e.orders);
                CAPTURE(name(e.how));
                CAPTURE(name(m));
                const search how = with_graph(m);
                const exploration found = explore(*s, *v, how);
                const judged j = judge_result(*s, *v, how, found);
                CHECK(j.stated);
                CHECK(found.kind == j.expected);
                // Every execution, not some of them.
                if (j.expected == sim::violation::none) CHECK(found.result == verdict::safe);
                ++compared;
            }
        }
    }
    CHECK(compared >= 150);
}

TEST_CASE("wakeup: where the full path does not apply") {
    const variant v = parse_variant("libbpf wakeup=full");
    CHECK(v.orders_name == "libbpf wakeup=full");
    CHECK(parse_variant("libbpf wakeup=abstract").orders_name == "libbpf");
    CHECK_FALSE(parse_variant("libbpf").same_code_as(v));
    CHECK_THROWS_AS((void)parse_variant("libbpf wakeup=half"), user_error);
    CHECK(why_not(*find_scenario("publish"), v) ==
          "needs no wakeup=full: none of its threads waits in epoll_wait()");
    CHECK(why_not(*find_scenario("windows-event"), v).starts_with("needs no wakeup=full"));
    CHECK(why_not(*find_scenario("lost-wakeup"), v).empty());
    const variant abstract = parse_variant("libbpf wakeup=abstract");
    CHECK(why_not(*find_scenario("coalesced"), abstract) ==
          "needs wakeup=full: it is about a part of the way that the abstract wakeup leaves out");
    CHECK(why_not(*find_scenario("lost-wakeup"), abstract).empty());
    CHECK(why_not(*find_scenario("coalesced"), parse_variant("libbpf")).empty());
    CHECK_THROWS_AS(
        (void)explore(*find_scenario("publish"), v, with_graph(sim::graph::model_id::sc)),
        user_error);
    // A scenario that is about the path has it in any case.
    CHECK(wakeup_for(*find_scenario("coalesced"), parse_variant("libbpf")) == wakeup_path::full);
}

TEST_CASE("wakeup: who reads one of the rings that epoll reports fails only where there are two") {
    const variant first = parse_variant("edge consumer=first-event");
    const search how = with_graph(sim::graph::model_id::sc);
    scenario one_ring = *find_scenario("two-rings");
    CHECK(explore(one_ring, first, how).kind == sim::violation::lost_notification);
    one_ring.rings = 1;
    one_ring.threads[1].run = [](world& w) { w.produce(0xB); };
    CHECK(explore(one_ring, first, how).result == verdict::safe);
}

namespace {

// Whether somebody slept in any execution, of all searches that it listened to.
struct who_slept final : worlds::end_listener {
    bool anybody = false;
    void begin() override {}
    void execution_ended(const outcome& o, sim::violation) override {
        for (unsigned t = 0; t < o.thread_count; ++t) anybody |= o.threads[t].sleeps > 0;
    }
    void execution_cut_short(sim::violation, const std::string&) override {}
    std::string bytes() const override { return anybody ? "1" : ""; }
    void add(std::string_view bytes) override { anybody |= !bytes.empty(); }
};

}  // namespace

TEST_CASE("wakeup: a scenario says that it waits if it does") {
    for (const scenario* s : all_scenarios()) {
        CAPTURE(s->name);
        if (s->waits == wait_kind::in_full) continue;
        who_slept slept;
        for (const expectation& e : s->expect) {
            search how = with_graph(sim::graph::model_id::sc);
            how.graph.stop_at_first_violation = false;
            how.graph.executions_max = 2'000;
            how.graph.ends = &slept;
            (void)explore(*s, parse_variant(e.orders, e.how), how);
        }
        const bool in_epoll = s->waits == wait_kind::in_epoll;
        // Who waits for an event or a flush waits by other means than the way of a wakeup.
        const bool elsewhere = s->needs.has(need::event) || s->needs.has(need::flush);
        CHECK((!slept.anybody || in_epoll || elsewhere));
        CHECK((slept.anybody || !in_epoll));
    }
}

TEST_CASE("wakeup: lists in a word") {
    kernel::short_list l;
    CHECK(l.empty());
    l.push_back(3);
    l.push_back(0);
    l.push_front(7);
    CHECK(l.size() == 3);
    CHECK(l.front() == 7);
    CHECK(l.contains(0));
    CHECK_FALSE(l.contains(1));
    l.remove(3);
    CHECK(l.size() == 2);
    kernel::short_list front;
    front.push_back(5);
    l.splice_front(front);
    CHECK(l.front() == 5);
    l.pop_front();
    CHECK(l.front() == 7);
    l.pop_front();
    CHECK(l.front() == 0);
    l.pop_front();
    CHECK(l.empty());
    CHECK(l != kernel::short_list::inactive());
}

}  // namespace ringsim::tests
