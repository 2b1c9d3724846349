// Comparisons of two order tables; which sites were executed; fixes of another consumer's code.
#include "scenarios/study/comparison.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "consumer/all.hpp"
#include "scenarios/museum.hpp"
#include "scenarios/study/fixes.hpp"
#include "scenarios/study/site_use.hpp"
#include "scenarios/study/site_visits.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/graph/jobs.hpp"

using namespace ringsim;
using namespace ringsim::scenarios;
using namespace ringsim::scenarios::study;
using namespace ringsim::scenarios::worlds;
using sim::violation;
using sim::graph::model_id;

namespace {

comparison compared(std::string_view scenario_name, std::string_view first, std::string_view second,
                    model_id m) {
    return compare_variants(*find_scenario(scenario_name), parse_variant(first),
                            parse_variant(second), under(m));
}

bool has_new_end(const comparison& c, violation found) {
    return std::ranges::any_of(c.differences, [&](const difference& d) {
        return d.of_second && d.end.found == found && !d.example.steps.empty();
    });
}

exploration explored(std::string_view scenario_name, const variant& v, model_id m) {
    return explore(*find_scenario(scenario_name), v, under(m));
}

// The fixes that are tried of what the graph engine finds, each with its result.
std::vector<tried_fix> fixes_of(std::string_view scenario_name, std::string_view orders,
                                model_id m) {
    const scenario& s = *find_scenario(scenario_name);
    const variant v = parse_variant(orders);
    const search how = under(m);
    const exploration e = explore(s, v, how);
    REQUIRE(e.result == verdict::violation);
    const saved_finding f = finding_of(s, v, how, e);
    auto fixes = possible_fixes(f, tell(f.counterexample, detail::normal));
    try_fixes(s, how, fixes);
    return fixes;
}

}  // namespace

TEST_CASE(
    "compare: a data race of the second table alone is more, under each model of a language") {
    for (const model_id m : {model_id::rc11, model_id::lkmm}) {
        CAPTURE(sim::graph::name(m));
        const comparison c =
            compared("publish", "libbpf", "libbpf consumer.load_header=relaxed", m);
        CHECK(c.finished);
        CHECK(c.second_races);
        CHECK(has_new_end(c, violation::data_race));
        // What the second table does after a race is anything: it forbids nothing.
        CHECK(c.more(/*of_second=*/false) == 0);

        const comparison back =
            compared("publish", "libbpf consumer.load_header=relaxed", "libbpf", m);
        CHECK_FALSE(back.second_races);
        CHECK(back.more(/*of_second=*/true) == 0);
        CHECK(back.more(/*of_second=*/false) >= 1);
    }
}

TEST_CASE("compare: ends are counted and compared the same by however many processes") {
    const auto tallied = [](std::string_view name, std::string_view orders, model_id m) {
        const scenario& s = *find_scenario(name);
        tally_of_ends tally(s);
        search how = under(m);
        how.graph.stop_at_first_violation = false;
        how.graph.smallest = false;
        how.graph.ends = &tally;
        const exploration e = explore(s, parse_variant(orders), how);
        std::uint64_t executions = 0;
        for (const auto* counts : {&tally.ended(), &tally.cut_short()})
            for (const auto& [end, n] : *counts) executions += n;
        CHECK(executions == e.executions + e.ended_early);
        return std::pair(tally.ended(), tally.cut_short());
    };
    const auto told = [](const comparison& c) {
        std::string text;
        for (const difference& d : c.differences) {
            text += std::to_string(d.of_second) + d.end.text + "\n";
            for (const sim::trace_step& step : d.example.steps)
                text += std::to_string(step.thread) + " " + step.word + "\n";
        }
        return text;
    };
    const std::string_view races = "libbpf consumer.load_header=relaxed";
    for (const model_id m : {model_id::sc, model_id::x86_tso, model_id::rc11}) {
        CAPTURE(sim::graph::name(m));
        const auto ends = tallied("two-producers", "libbpf", m);
        const auto raced = tallied("publish", races, m);
        const std::string differs = told(compared("lost-wakeup", "edge", "libbpf", m));
        if (m == model_id::rc11) CHECK_FALSE(raced.second.empty());
        CHECK(differs.empty() == (m == model_id::sc));
        sim::graph::set_alone_at_first(std::chrono::milliseconds{0});
        for (const unsigned jobs : {2u, 3u}) {
            sim::graph::set_jobs(jobs);
            CHECK(tallied("two-producers", "libbpf", m) == ends);
            CHECK(tallied("publish", races, m) == raced);
            CHECK(told(compared("lost-wakeup", "edge", "libbpf", m)) == differs);
        }
        sim::graph::set_jobs(0);
        sim::graph::set_alone_at_first(sim::graph::alone_at_first);
    }
}

TEST_CASE("compare: ends that look alike are two if one of them alone is a violation") {
    const execution_end good{"took 0xa", violation::none};
    const execution_end bad{"took 0xa", violation::lost_notification};
    CHECK(good != bad);
    // The same code once more has the same ends, whatever they are.
    const comparison same = compared("lost-wakeup", "libbpf", "libbpf", model_id::x86_tso);
    CHECK(same.differences.empty());
    CHECK(same.ends_of_first == same.ends_of_second);
    const comparison c = compared("lost-wakeup", "edge", "libbpf", model_id::x86_tso);
    CHECK(has_new_end(c, violation::lost_notification));
}

TEST_CASE("compare: what cuts an execution short is told as what it is") {
    const comparison c = compared(
        "publish", "libbpf",
        "libbpf consumer.load_producer_pos=relaxed kernel.reserve.store_producer_pos=relaxed",
        model_id::armv8);
    CHECK_FALSE(c.second_races);  // a machine has no data races
    for (const difference& d : c.differences) CHECK(d.end.text != race_end);
    CHECK(c.more(/*of_second=*/true) > 0);
}

TEST_CASE("compare: a weaker table that forbids something is a bug of the engine") {
    const variant strong = parse_variant("edge");
    const variant weak = parse_variant("libbpf");
    comparison c;
    c.of = find_scenario("lost-wakeup");
    CHECK(weaker_forbids(strong, weak, c).empty());
    c.differences.push_back({{"user: took 0xa", violation::none}, /*of_second=*/true, {}});
    CHECK(weaker_forbids(strong, weak, c).empty());
    c.differences.push_back({{"user: took 0xb", violation::none}, /*of_second=*/false, {}});
    CHECK_FALSE(weaker_forbids(strong, weak, c).empty());
    CHECK(weaker_forbids(weak, strong, c).empty());  // a stronger one may
    variant other_code = weak;
    other_code.how = trigger::level;
    CHECK(weaker_forbids(strong, other_code, c).empty());
    c.second_races = true;
    CHECK(weaker_forbids(strong, weak, c).empty());
    c.second_races = false;
    c.finished = false;
    CHECK(weaker_forbids(strong, weak, c).empty());
}

TEST_CASE("executed: sites to which a thread came, with an access or without one") {
    const auto executed = [](std::string_view scenario_name, const char* orders, site s) {
        return explored(scenario_name, parse_variant(orders), model_id::sc)
            .executed[static_cast<std::size_t>(s)];
    };
    CHECK(executed("lost-wakeup", "edge", site::consumer_recheck_fence));
    CHECK(executed("lost-wakeup", "libbpf", site::consumer_recheck_fence));  // none: left out
    CHECK(executed("lost-wakeup", "libbpf", site::consumer_load_header));
    CHECK_FALSE(executed("lost-wakeup", "libbpf", site::drain_load_header));
    CHECK_FALSE(executed("lost-wakeup", "aya-0.14", site::consumer_busy_fence));  // libbpf's loop
    CHECK(executed("lost-wakeup", "aya-0.14 consumer=aya-0.14 busy_fence=none",
                   site::consumer_busy_fence));
    CHECK(executed("user-ring", "libbpf", site::drain_load_header));
    CHECK_FALSE(executed("user-ring", "libbpf", site::consumer_load_header));
}

TEST_CASE("executed: the part of a site says where it is executed") {
    std::array<bool, site_count> in_any_ring{};
    for (const scenario* s : all_scenarios()) {
        if (s->waits == wait_kind::in_full) continue;
        const bool any_ring = !s->needs.has(need::overwrite) && !s->needs.has(need::user_ring);
        search how = under(model_id::sc);
        how.graph.executions_max = 2'000;
        how.graph.stop_at_first_violation = false;
        how.graph.smallest = false;
        for (const expectation& stated : s->expect) {
            const variant v = parse_variant(stated.orders, stated.how);
            const exploration e = explore(*s, v, how);
            for (const site_info& row : site_table) {
                const bool executed = e.executed[static_cast<std::size_t>(row.is)];
                if (executed && any_ring) in_any_ring[static_cast<std::size_t>(row.is)] = true;
                INFO(s->name << ", " << v.orders_name << ": " << row.name);
                // A fence that stands in for an order and is none is come to and not there.
                CHECK((!executed || takes_part(*s, v, row.is) || v.orders[row.is] == order::none));
            }
        }
    }
    for (const site_info& row : site_table)
        if (is_own_site(row.is))
            CHECK_MESSAGE(in_any_ring[static_cast<std::size_t>(row.is)], row.name);
}

TEST_CASE("visits: a remark for each site to which nobody came, or only some") {
    site_visits visits;
    const std::vector<site> asked{site::consumer_load_header, site::drain_load_header};
    CHECK(visits.remarks(asked).empty());  // nothing was looked at
    std::array<bool, site_count> none{};
    std::array<bool, site_count> header{};
    header[static_cast<std::size_t>(site::consumer_load_header)] = true;
    visits.add("one", header);
    CHECK(visits.remarks({site::consumer_load_header}).empty());
    REQUIRE(visits.remarks(asked).size() == 1);
    CHECK(visits.remarks(asked)[0].find("kernel.drain.load_header") != std::string::npos);
    visits.add("two", none);
    REQUIRE(visits.remarks(asked).size() == 2);
    CHECK(visits.remarks(asked)[0].find("1 of 2 scenarios only (one)") != std::string::npos);
    visits.add("two", header);  // under another model
    CHECK(visits.remarks(asked).size() == 1);
    CHECK(visits.never(asked) == std::vector<site>{site::drain_load_header});
}

TEST_CASE(
    "fixes: the fence that aya put before its second look at a BUSY header is tried, and holds") {
    const auto fixes =
        fixes_of("lost-wakeup", "aya-0.14 consumer=aya-0.14 busy_fence=none", model_id::rc11);
    const auto fence = std::ranges::find(fixes, "consumer.busy_fence=seq_cst", &tried_fix::change);
    REQUIRE(fence != fixes.end());
    CHECK(fence->result.result == verdict::safe);
    CHECK(fence->left_out.empty());
}

TEST_CASE("fixes: what the authors of a consumer did is tried, whatever orders it is asked with") {
    for (const std::string_view orders :
         {"aya-0.12 consumer=aya-0.12", "libbpf consumer=aya-0.12"}) {
        CAPTURE(orders);
        const auto fixes = fixes_of("lost-wakeup", orders, model_id::rc11);
        const auto theirs =
            std::ranges::find(fixes, "aya-0.14 consumer=aya-0.14", &tried_fix::change);
        REQUIRE(theirs != fixes.end());
        CHECK(theirs->result.result == verdict::safe);
        CHECK(theirs->upstream.starts_with("what its authors did (museum A"));
        CHECK(theirs->upstream.find("consumer.busy_fence=seq_cst") != std::string::npos);
    }
}

TEST_CASE("fixes: every repair of the museum is among the fixes of what it repairs") {
    std::size_t seen = 0;
    for (const museum_row& row : museum_rows()) {
        const exhibit& e = *row.of;
        const scenario* s = scenario_of(row, e.broken);
        if (e.status != upstream::fixed || scenario_of(row, e.repaired) != s) continue;
        CAPTURE(e.id);
        const variant v = parse_variant(e.broken.orders, e.broken.how);
        const expectation* stated = ringsim::scenarios::expectation_of(row, e.broken);
        REQUIRE(stated);
        for (std::size_t m = 0; m < sim::graph::model_count; ++m) {
            if (!(stated->under >> m & 1)) continue;
            const search how = under(static_cast<model_id>(m));
            if (!refusal(v, how).empty()) continue;
            const exploration found = explore(*s, v, how);
            REQUIRE(found.result == verdict::violation);
            const saved_finding f = finding_of(*s, v, how, found);
            const auto fixes = possible_fixes(f, tell(f.counterexample, detail::normal));
            const variant repaired = parse_variant(e.repaired.orders, e.repaired.how);
            CHECK(std::ranges::any_of(fixes, [&](const tried_fix& fix) {
                return fix.code.same_code_as(repaired) && !fix.upstream.empty();
            }));
            ++seen;
            break;  // one model is enough
        }
    }
    CHECK(seen >= 10);
}

TEST_CASE("fixes: one that the model cannot express is left out with a word") {
    const auto fixes = fixes_of("lost-wakeup", "libbpf", model_id::lkmm);
    const auto tried = [](const tried_fix& f) { return f.left_out.empty(); };
    CHECK(std::ranges::any_of(fixes, tried));
    CHECK_FALSE(std::ranges::all_of(fixes, tried));
    for (const tried_fix& f : fixes)
        if (!tried(f)) CHECK(f.left_out.find("lkmm cannot express") != std::string::npos);
}

TEST_CASE("fixes: one at a site to which no thread comes says so") {
    const auto fixes = fixes_of("lost-wakeup", "aya-0.12 consumer=aya-0.12", model_id::rc11);
    const auto fence =
        std::ranges::find(fixes, "consumer.recheck_fence=seq_cst", &tried_fix::change);
    REQUIRE(fence != fixes.end());  // aya 0.12 has no such place
    CHECK(fence->left_out.find("consumer.recheck_fence") != std::string::npos);
}

TEST_CASE("places: a consumer's accesses are made by its own code, the kernel's by the kernel's") {
    const variant libbpf = parse_variant("libbpf");
    const variant aya = parse_variant("aya-0.14 consumer=aya-0.14");
    CHECK(made_by(site::consumer_load_header, libbpf) ==
          code_place{"ringbuf_process_ring", "consumer/process_ring.hpp"});
    CHECK(made_by(site::consumer_load_header, aya) ==
          code_place{"RingBuf::next", "consumer/aya.hpp"});
    CHECK(made_by(site::consumer_busy_fence, aya).file == "consumer/aya.hpp");
    CHECK(made_by(site::commit_xchg_header, aya) == made_by(site::commit_xchg_header, libbpf));
    CHECK(made_by(site::commit_xchg_header, aya).file == "kernel_model/commit.hpp");
    CHECK(made_by(site::program_store_payload, aya).file.empty());
    for (const consumer::consumer_info* c : consumer::consumers::infos) {
        variant v = libbpf;
        v.consumer = c;
        CHECK(made_by(site::consumer_store_consumer_pos, v) == code_place{c->function, c->file});
    }
}
