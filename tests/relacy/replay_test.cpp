// A finding on Relacy is a thing that one can hold: its schedule runs the same execution again, and
// a schedule that is not one is refused in one line.
#include <doctest/doctest.h>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/relacy_schedule.hpp"

using namespace ringsim;
using namespace ringsim::scenarios;
using namespace ringsim::scenarios::study;
using namespace ringsim::scenarios::worlds;

namespace {

constexpr relacy_scheduler schedulers[] = {relacy_scheduler::random, relacy_scheduler::bound,
                                           relacy_scheduler::full};

std::string text_of(const sim::trace& t) {
    std::string text;
    auto add = [&](const sim::trace_step& s) {
        text += std::to_string(s.thread) + " " + std::to_string(static_cast<int>(s.kind)) + " " +
                std::to_string(static_cast<int>(s.where)) + " " + std::string(name(s.how)) + " " +
                s.word;
        for (const std::uint64_t n : {s.note, s.read, s.written, std::uint64_t{s.reads_from},
                                      std::uint64_t{s.coherence}, std::uint64_t{s.missed}})
            text += " " + std::to_string(n);
        text += "\n";
    };
    for (const auto& thread : t.threads) text += thread + "\n";
    for (const auto& s : t.setup) add(s);
    text += "--\n";
    for (const auto& s : t.steps) add(s);
    return text + std::string(name(t.kind)) + ": " + t.what + " " + std::to_string(t.at_step);
}

exploration run(const scenario& s, const variant& v, const relacy_options& options) {
    return explore_with_relacy(s, v, options);
}

exploration replay(const scenario& s, const variant& v, const std::string& schedule) {
    relacy_options options;
    options.replay = schedule;
    return explore_with_relacy(s, v, options);
}

std::string error_of(const scenario& s, const variant& v, const std::string& schedule) {
    try {
        replay(s, v, schedule);
    } catch (const user_error& e) {
        CHECK(std::string(e.what()).find('\n') == std::string::npos);
        return e.what();
    }
    return {};
}

}  // namespace

TEST_CASE("replay gives the same trace, byte for byte, for every kind of finding and search") {
    unsigned findings = 0;
    for (const scenario* s : all_scenarios())
        for (const expectation& e : s->expect)
            for (const relacy_scheduler how : schedulers) {
                if (expected_under(e, under_rc11) == sim::violation::none) continue;
                const variant v = parse_variant(e.orders, e.how);
                relacy_options options;
                options.scheduler = how;
                options.iterations = 5'000;
                const exploration found = run(*s, v, options);
                if (found.kind == sim::violation::none) continue;  // a search that came too late
                ++findings;
                CAPTURE(s->name);
                CAPTURE(e.orders);
                CAPTURE(found.schedule);
                const exploration again = replay(*s, v, found.schedule);
                CHECK(text_of(again.counterexample) == text_of(found.counterexample));
                CHECK(again.schedule == found.schedule);
                CHECK(again.kind == found.kind);
                CHECK(again.executions == 1);
            }
    CHECK(findings > 60);
}

TEST_CASE("the same search gives the same result, another seed another one") {
    const scenario& s = *find_scenario("discard");
    const variant v = parse_variant(
        "libbpf kernel.reserve.store_header=relaxed kernel.reserve.store_producer_pos=relaxed");
    relacy_options options;
    options.iterations = 400'000;
    options.seed = 7;
    const exploration first = run(s, v, options);
    const exploration second = run(s, v, options);
    REQUIRE(first.kind == sim::violation::lost_record);
    CHECK(first.executions == second.executions);
    CHECK(first.schedule == second.schedule);
    CHECK(text_of(first.counterexample) == text_of(second.counterexample));
    options.seed = 8;
    CHECK(run(s, v, options).schedule != first.schedule);
}

TEST_CASE("the lost wakeup's trace: setup apart, the stale read named, the sleeper last") {
    const exploration e = run(*find_scenario("lost-wakeup"), {}, {});
    REQUIRE(e.result == verdict::violation);
    const sim::trace& t = e.counterexample;
    CHECK(t.threads == std::vector<std::string>{"cpu0", "user"});
    CHECK(t.kind == sim::violation::lost_notification);
    CHECK(t.setup.size() > 10);
    const sim::trace_step& last = t.steps.back();
    CHECK(last.kind == sim::step_kind::asleep);
    CHECK(last.where == site::notify_take);
    unsigned stale = 0;
    for (const sim::trace_step& step : t.steps) {
        if (step.missed == 0) continue;
        ++stale;
        const sim::trace_step& newest = t.steps[step.missed - 1];
        CHECK(newest.word == step.word);
        CHECK(newest.written != step.read);
        CHECK(newest.coherence > 0);
        CHECK(step.reads_from < step.missed);
    }
    CHECK(stale > 0);
}

TEST_CASE("a race's trace ends with the access that was found out, and names both sides") {
    const exploration e =
        run(*find_scenario("publish"), parse_variant("libbpf consumer.load_header=relaxed"), {});
    REQUIRE(e.kind == sim::violation::data_race);
    CHECK(e.what ==
          "payload: consumer.load_payload and kernel.program.store_payload are unordered");
    CHECK(e.counterexample.at_step == e.counterexample.steps.size());
    CHECK(e.counterexample.steps.back().where == site::consumer_load_payload);
}

TEST_CASE("a schedule that is not one is refused in one line") {
    const scenario& s = *find_scenario("lost-wakeup");
    const variant v = parse_variant("libbpf");
    const std::string good = run(s, v, {}).schedule;
    REQUIRE(good.starts_with("relacy:1:lost-wakeup:random:"));
    CHECK(error_of(s, v, good).empty());

    CHECK(error_of(s, v, "hello") ==
          "schedule 'hello': not a schedule of Relacy, which begins with 'relacy:1:'");
    CHECK(error_of(s, v, "relacy").find("version") != std::string::npos);
    CHECK(error_of(s, v, "relacy:2" + good.substr(8)).find("version") != std::string::npos);
    CHECK(error_of(s, v, good.substr(0, good.size() / 2)).find("damaged") != std::string::npos);
    CHECK(error_of(*find_scenario("publish"), v, good).find("lost-wakeup, not to publish") !=
          std::string::npos);
    CHECK(error_of(s, parse_variant("aya-0.12"), good).find("other orders") != std::string::npos);
    CHECK(error_of(s, parse_variant("libbpf", trigger::level), good).find("another trigger") !=
          std::string::npos);
    CHECK(error_of(s, v, std::string(100'000, ':')).size() < 200);
    CHECK(error_of(s, v, "relacy:1:lost-wakeup:bound99999999999999999999:01:00000000") != "");
    // Any one character changed.
    for (std::size_t i = 0; i < good.size(); ++i)
        for (const char c : {'0', '7', 'f', ':', '-'}) {
            std::string bad = good;
            bad[i] = c;
            if (bad != good) CHECK(error_of(s, v, bad) != "");
        }
}

TEST_CASE("choices that do not fit the program are noticed, not followed into the void") {
    // Well-formed schedules with a right checksum, as a version with another program would have
    // written them.
    const scenario& s = *find_scenario("two-producers");
    relacy_options options;
    options.scheduler = relacy_scheduler::full;
    const variant v = parse_variant("libbpf kernel.reserve.unlock=none");
    const exploration found = run(s, v, options);
    REQUIRE(found.kind == sim::violation::deadlock);
    for (const std::string_view choices : {"", "9", "0", "222222222", "01201201201201201201201"}) {
        CAPTURE(choices);
        const std::string text =
            write_relacy_schedule({sim::relacy_search::full, 0, std::string(choices)}, s, v);
        CHECK(error_of(s, v, text).find("another version") != std::string::npos);
    }
}
