// The properties that hold for every scenario, on outcomes made by hand: each of them can fail.
#include "scenarios/property.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace ringsim;
using namespace ringsim::scenarios;
using sim::violation;

namespace {

void made(thread_facts& f, std::uint64_t pos, std::uint32_t len, record_state state,
          std::uint64_t payload = 0) {
    f.made[f.made_count++] = {pos, len, state, payload};
}
void taken(thread_facts& f, std::uint64_t pos, std::uint32_t len, std::uint64_t payload) {
    f.taken[f.taken_count++] = {pos, len, payload, true};
}

// A producer that submitted 0xA at 0 and 0xB at 16, and a consumer that took both.
outcome good() {
    outcome o;
    o.thread_count = 2;
    o.ring_bytes = 64;
    made(o.threads[0], 0, 8, record_state::committed, 0xA);
    made(o.threads[0], 16, 8, record_state::committed, 0xB);
    taken(o.threads[1], 0, 8, 0xA);
    taken(o.threads[1], 16, 8, 0xB);
    o.consumer_pos = o.producer_pos = 32;
    return o;
}

violation kind_of(const outcome& o) {
    const auto f = protocol_violation(o);
    if (f) CHECK_FALSE(f->what.empty());
    return f ? f->kind : violation::none;
}

}  // namespace

TEST_CASE("nothing is wrong with a good outcome, nor with one in which nothing happened") {
    CHECK(kind_of(good()) == violation::none);
    CHECK(kind_of(outcome{}) == violation::none);
}

TEST_CASE("torn record: nobody made it, it was not submitted, or it has other contents") {
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
}

TEST_CASE("a record that setup reserved and a thread submitted is no torn record") {
    outcome o = good();
    made(o.setup, 0, 8, record_state::reserved);
    CHECK(kind_of(o) == violation::none);
}

TEST_CASE("out-of-order record: behind a later one, or a second time") {
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

TEST_CASE("overrun: two records share bytes") {
    outcome o = good();
    o.thread_count = 3;
    made(o.threads[2], 24, 8, record_state::reserved);
    CHECK(kind_of(o) == violation::overrun);
    o.threads[2].made[0].pos = 32;
    CHECK(kind_of(o) == violation::none);
}

TEST_CASE("overrun: two open records share bytes of the ring, or one is longer than it") {
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

TEST_CASE("lost record: submitted, passed by the consumer, taken by nobody") {
    outcome o = good();
    o.threads[1].taken_count = 1;
    CHECK(kind_of(o) == violation::lost_record);
    o.consumer_pos = 16;
    CHECK(kind_of(o) == violation::none);  // it may come yet
    o.consumer_pos = 32;
    o.threads[0].made[1].state = record_state::discarded;
    CHECK(kind_of(o) == violation::none);  // nobody must take it

    outcome before;
    before.thread_count = 1;
    made(before.setup, 0, 8, record_state::committed, 0xA);
    before.consumer_pos = before.producer_pos = 16;
    CHECK(kind_of(before) == violation::lost_record);
    taken(before.setup, 0, 8, 0xA);
    CHECK(kind_of(before) == violation::none);
}

TEST_CASE("lost notification: asleep over a committed record, and no edge on its way") {
    outcome o = good();
    o.threads[1].taken_count = 1;
    o.consumer_pos = 16;
    o.header_at_consumer = 8;
    o.threads[1].asleep = true;
    CHECK(kind_of(o) == violation::lost_notification);

    outcome other = o;
    other.notify_pending = true;
    CHECK(kind_of(other) == violation::none);
    other = o;
    other.header_at_consumer = 8 | BPF_RINGBUF_BUSY_BIT;
    CHECK(kind_of(other) == violation::none);
    other = o;
    other.consumer_pos = other.producer_pos;
    taken(other.threads[1], 16, 8, 0xB);
    CHECK(kind_of(other) == violation::none);
    other = o;
    other.threads[1].asleep = false;
    CHECK(kind_of(other) == violation::none);
    // A discarded record wakes as well: its space is the producers'.
    other = o;
    other.threads[0].made[1].state = record_state::discarded;
    other.header_at_consumer = 8 | BPF_RINGBUF_DISCARD_BIT;
    CHECK(kind_of(other) == violation::lost_notification);
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
