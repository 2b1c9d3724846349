// Telling a trace: its order, its cycle, its race.
#include <doctest/doctest.h>

#include "scenarios/render/ring_words.hpp"
#include "sim/trace_explain.hpp"
#include "sim/trace_order.hpp"
#include "tests/cli/sample_trace.hpp"

namespace ringsim::tests {
namespace {

using namespace sim;

std::size_t switches(const trace& t) {
    std::size_t n = 0;
    for (std::size_t i = 1; i < t.steps.size(); ++i)
        if (t.steps[i].thread != t.steps[i - 1].thread) ++n;
    return n;
}

std::size_t stale_reads(const trace& t) {
    std::size_t n = 0;
    for (const trace_step& s : t.steps)
        if (s.missed != 0) ++n;
    return n;
}

}  // namespace

TEST_CASE("trace: told with one switch and one stale read") {
    const trace raw = lost_wakeup_sample();
    const trace told = sequenced(raw);
    CHECK(switches(raw) > 4);
    CHECK(switches(told) == 1);
    REQUIRE(stale_reads(told) == 1);
    // The consumer's read is the stale one: the producer is behind a full barrier.
    for (const trace_step& s : told.steps)
        if (s.missed != 0) {
            CHECK(s.where == site::consumer_load_header);
            CHECK(told.steps[s.missed - 1].where == site::commit_xchg_header);
        }
    CHECK(sequenced(told).steps == told.steps);
}

TEST_CASE("trace: program order and reads-from survive") {
    for (const trace& raw : {lost_wakeup_sample(), race_sample()}) {
        const trace told = sequenced(raw);
        REQUIRE(told.steps.size() == raw.steps.size());
        for (unsigned thread = 0; thread < raw.threads.size(); ++thread) {
            std::vector<site> before;
            std::vector<site> after;
            for (const trace_step& s : raw.steps)
                if (s.thread == thread) before.push_back(s.where);
            for (const trace_step& s : told.steps)
                if (s.thread == thread) after.push_back(s.where);
            CHECK(before == after);
        }
        for (std::size_t i = 0; i < told.steps.size(); ++i) {
            const std::uint32_t from = told.steps[i].reads_from;
            CHECK(from <= i);
            if (from != 0) CHECK(told.steps[from - 1].written == told.steps[i].read);
        }
    }
}

TEST_CASE("trace: the cycle of a lost wakeup is store buffering") {
    const trace t = sequenced(lost_wakeup_sample());
    const auto cycle = find_cycle(t);
    REQUIRE(cycle);
    CHECK(cycle->shape() == "SB");
    REQUIRE(cycle->edges.size() == 2);
    const auto site_of = [&](std::uint32_t step) { return t.steps[step - 1].where; };
    CHECK(site_of(cycle->edges[0].from) == site::commit_xchg_header);
    CHECK(site_of(cycle->edges[0].to) == site::commit_load_consumer_pos);
    CHECK(site_of(cycle->edges[1].from) == site::consumer_store_consumer_pos);
    CHECK(site_of(cycle->edges[1].to) == site::consumer_load_header);
    CHECK(ordering_of(t, cycle->edges[0]).is == ordering::full_barrier);
    CHECK(ordering_of(t, cycle->edges[1]).is == ordering::nothing);
}

TEST_CASE("trace: an interleaving has no cycle") {
    trace t = lost_wakeup_sample();
    // The consumer reads what the producer committed, so nothing was missed.
    for (std::size_t i = 0; i < t.steps.size(); ++i)
        if (t.steps[i].where == site::consumer_load_header && t.steps[i].note == 16) {
            t.steps[i].read = 8;
            t.steps[i].reads_from = 9;
        }
    CHECK_FALSE(find_cycle(sequenced(t)));
}

TEST_CASE("trace: a race names the message that should have ordered it") {
    const trace t = sequenced(race_sample());
    const auto race = explain_race(t);
    REQUIRE(race);
    CHECK(t.steps[race->first - 1].where == site::program_store_payload);
    CHECK(t.steps[race->second - 1].where == site::consumer_load_payload);
    CHECK(t.steps[race->write - 1].where == site::commit_xchg_header);
    CHECK(t.steps[race->read - 1].where == site::consumer_load_header);
    CHECK(race->write_releases);
    CHECK_FALSE(race->read_acquires);
}

TEST_CASE("trace: values in the words of the ring") {
    const trace t = lost_wakeup_sample();
    const scenarios::render::ring_words words(t);
    CHECK(words.position(0) == "A");
    CHECK(words.position(16) == "B");
    CHECK(words.position(32) == "end");
    CHECK(words.position(48) == "48");
    CHECK(scenarios::render::ring_words::header(0x80000008u) == "BUSY 8");
    CHECK(scenarios::render::ring_words::header(0x40000018u) == "DISCARD 24");
    CHECK(scenarios::render::ring_words::header(8) == "8");
    CHECK(words.text(t.steps[8]) == "xchg(B.len) := 8, a full barrier");
    CHECK(words.text(t.steps[10]) == "load B.len acq -> BUSY 8");
    CHECK(words.text(t.steps[9]) == "store consumer_pos rel := B");
    CHECK(words.text(t.steps[2]) == "store B.payload plain := 0xb");
}

}  // namespace ringsim::tests
