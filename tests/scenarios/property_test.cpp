// The properties that hold for every scenario, on outcomes made by hand: each of them can fail.
#include "scenarios/property.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace ringsim;
using namespace ringsim::scenarios;
using sim::violation;

namespace {

// The ring that the test at hand looks at; nothing happens in the others.
std::uint8_t ring = 0;

void made(thread_facts& f, std::uint64_t pos, std::uint32_t len, record_state state,
          std::uint64_t payload = 0) {
    f.made[f.made_count++] = {ring, pos, len, state, payload};
}
void taken(thread_facts& f, std::uint64_t pos, std::uint32_t len, std::uint64_t payload) {
    f.taken[f.taken_count++] = {ring, pos, len, payload, true};
}

outcome nothing_happened() {
    outcome o;
    o.ring_count = rings_max;
    o.ring_bytes = 64;
    return o;
}

// A producer that submitted 0xA at 0 and 0xB at 16, and a consumer that took both.
outcome good() {
    outcome o = nothing_happened();
    o.thread_count = 2;
    made(o.threads[0], 0, 8, record_state::committed, 0xA);
    made(o.threads[0], 16, 8, record_state::committed, 0xB);
    taken(o.threads[1], 0, 8, 0xA);
    taken(o.threads[1], 16, 8, 0xB);
    o.rings[ring].consumer_pos = o.rings[ring].producer_pos = 32;
    return o;
}

violation kind_of(const outcome& o) {
    const auto f = protocol_violation(o);
    if (f) CHECK_FALSE(f->what.empty());
    return f ? f->kind : violation::none;
}

// --- Each property, in the ring at hand ----------------------------------------------------------

void check_torn_record() {
    outcome o = good();
    o.threads[0].made_count = 1;
    CHECK(kind_of(o) == violation::torn_record);  // nobody made the one at 16

    o = good();
    o.threads[0].made[1].state = record_state::reserved;
    CHECK(kind_of(o) == violation::torn_record);
    o.threads[0].made[1].state = record_state::discarded;
    CHECK(kind_of(o) == violation::torn_record);

    o = good();
    o.threads[1].taken[1].payload = 0xC;
    CHECK(kind_of(o) == violation::torn_record);
    o = good();
    o.threads[1].taken[1].len = 16;
    CHECK(kind_of(o) == violation::torn_record);
    o = good();
    o.threads[1].taken[1].uniform = false;
    CHECK(kind_of(o) == violation::torn_record);
    o = good();
    o.threads[1].taken[1].ring ^= 1;
    CHECK(kind_of(o) == violation::torn_record);  // nobody made it in that ring
}

void check_out_of_order_record() {
    outcome o = good();
    std::swap(o.threads[1].taken[0], o.threads[1].taken[1]);
    CHECK(kind_of(o) == violation::out_of_order_record);

    o = good();
    o.thread_count = 3;
    taken(o.threads[2], 16, 8, 0xB);  // another consumer
    CHECK(kind_of(o) == violation::out_of_order_record);

    o = good();
    made(o.setup, 0, 8, record_state::committed, 0xA);
    taken(o.setup, 0, 8, 0xA);  // setup had taken it before
    CHECK(kind_of(o) == violation::out_of_order_record);
}

void check_shared_bytes() {
    outcome o = good();
    o.thread_count = 3;
    made(o.threads[2], 24, 8, record_state::reserved);
    CHECK(kind_of(o) == violation::overrun);
    o.threads[2].made[0].ring ^= 1;
    CHECK(kind_of(o) == violation::none);  // of another ring
    o.threads[2].made[0].ring ^= 1;
    o.threads[2].made[0].pos = 32;
    CHECK(kind_of(o) == violation::none);
}

void check_open_records() {
    outcome o = good();
    o.thread_count = 3;
    made(o.threads[2], 32, 24, record_state::reserved);
    made(o.threads[2], 64, 24, record_state::reserved);
    CHECK(kind_of(o) == violation::none);
    o.threads[2].made[1].len = 32;  // up to 104: its last 8 bytes are the first one's header
    CHECK(kind_of(o) == violation::overrun);
    o.threads[2].made[0].state = record_state::committed;
    CHECK(kind_of(o) == violation::none);
    o.threads[2].made[1].len = 64;
    CHECK(kind_of(o) == violation::overrun);
}

void check_lost_record() {
    outcome o = good();
    o.threads[1].taken_count = 1;
    CHECK(kind_of(o) == violation::lost_record);
    o.rings[ring].consumer_pos = 16;
    CHECK(kind_of(o) == violation::none);  // it may come yet
    o.rings[ring].consumer_pos = 32;
    o.threads[0].made[1].state = record_state::discarded;
    CHECK(kind_of(o) == violation::none);  // nobody must take it
    o.threads[0].made[1].state = record_state::committed;
    o.rings[ring].overwrite_pos = 32;
    CHECK(kind_of(o) == violation::none);  // it was overwritten

    outcome before = nothing_happened();
    before.thread_count = 1;
    made(before.setup, 0, 8, record_state::committed, 0xA);
    before.rings[ring].consumer_pos = before.rings[ring].producer_pos = 16;
    CHECK(kind_of(before) == violation::lost_record);
    taken(before.setup, 0, 8, 0xA);
    CHECK(kind_of(before) == violation::none);
}

void check_lost_notification() {
    outcome o = good();
    o.threads[1].taken_count = 1;
    o.rings[ring].consumer_pos = 16;
    o.rings[ring].header = 8;
    o.threads[1].asleep = true;
    CHECK(kind_of(o) == violation::lost_notification);

    for (ring_end& r : o.rings) {  // of whichever ring: the thread wakes
        r.notify_pending = true;
        CHECK(kind_of(o) == violation::none);
        r.notify_pending = false;
    }
    outcome other = o;
    other.rings[ring].header = 8 | BPF_RINGBUF_BUSY_BIT;
    CHECK(kind_of(other) == violation::none);
    other = o;
    other.rings[ring].consumer_pos = other.rings[ring].producer_pos;
    taken(other.threads[1], 16, 8, 0xB);
    CHECK(kind_of(other) == violation::none);
    other = o;
    other.threads[1].asleep = false;
    CHECK(kind_of(other) == violation::none);
    // A discarded record wakes as well: its space is the producers'.
    other = o;
    other.threads[0].made[1].state = record_state::discarded;
    other.rings[ring].header = 8 | BPF_RINGBUF_DISCARD_BIT;
    CHECK(kind_of(other) == violation::lost_notification);
}

// What hostile userspace must not bring the kernel to.
void check_oversized_sample() {
    outcome o = nothing_happened();
    o.hostile = true;
    o.thread_count = 1;
    taken(o.threads[0], 0, 56, 0);
    CHECK(kind_of(o) == violation::none);
    o.threads[0].taken[0].len = 64;
    CHECK(kind_of(o) == violation::overrun);
    o.threads[0].taken[0] = {ring, 4, 8, 0, true};
    CHECK(kind_of(o) == violation::overrun);
}

}  // namespace

TEST_CASE("nothing is wrong with a good outcome, nor with one in which nothing happened") {
    for (ring = 0; ring < rings_max; ++ring) CHECK(kind_of(good()) == violation::none);
    CHECK(kind_of(nothing_happened()) == violation::none);
    CHECK(kind_of(outcome{}) == violation::none);
}

TEST_CASE("each property can fail, in each ring") {
    constexpr std::pair<const char*, void (*)()> checks[] = {
        {"torn record: nobody made it, it was not submitted, it has other contents",
         check_torn_record},
        {"out-of-order record: behind a later one, or a second time", check_out_of_order_record},
        {"overrun: two records share bytes", check_shared_bytes},
        {"overrun: two open records share bytes of the ring, or one is longer than it",
         check_open_records},
        {"lost record: submitted, passed by the consumer, taken by nobody", check_lost_record},
        {"lost notification: asleep over a committed record, and no edge on its way",
         check_lost_notification},
        {"overrun: a sample beyond the ring", check_oversized_sample},
    };
    for (const auto& [name, check] : checks)
        for (ring = 0; ring < rings_max; ++ring) {
            const std::string_view of = name;  // clang 14 captures no structured binding
            INFO(of << ", ring " << static_cast<unsigned>(ring));
            check();
        }
    ring = 0;
}

TEST_CASE("a record that setup reserved and a thread submitted is no torn record") {
    outcome o = good();
    made(o.setup, 0, 8, record_state::reserved);
    CHECK(kind_of(o) == violation::none);
}

TEST_CASE("the order of records is that of their own ring") {
    outcome o = good();
    ring = 1;
    made(o.threads[0], 0, 8, record_state::committed, 0xC);
    taken(o.threads[1], 0, 8, 0xC);  // behind the one at 16 of ring 0
    o.rings[1].consumer_pos = o.rings[1].producer_pos = 16;
    ring = 0;
    CHECK(kind_of(o) == violation::none);
}

TEST_CASE("a scenario's own property is asked after those of the protocol") {
    scenario s;
    CHECK_FALSE(judge(s, good()).has_value());
    s.always = [](const outcome&) -> std::optional<finding> {
        return finding{violation::assertion, "its own"};
    };
    CHECK(judge(s, good())->kind == violation::assertion);
    outcome o = good();
    o.threads[1].taken_count = 1;
    CHECK(judge(s, o)->kind == violation::lost_record);
}

TEST_CASE("scenarios are well-formed: names, sizes, threads, claims") {
    for (const scenario* s : all_scenarios()) {
        CAPTURE(s->name);
        CHECK(find_scenario(s->name) == s);
        CHECK((s->ring_bytes & (s->ring_bytes - 1)) == 0);
        CHECK(s->ring_bytes >= 32);
        CHECK(s->threads.size() >= 2);
        CHECK(s->threads.size() <= sim::threads_max);
        CHECK_FALSE(s->claim.empty());
        CHECK_FALSE(s->shape.empty());
        CHECK_FALSE(s->source.empty());
        CHECK_FALSE(s->expect.empty());
    }
    CHECK(find_scenario("no-such-scenario") == nullptr);
}
