#include "tests/cli/sample_trace.hpp"

#include "kernel_model/site_table.hpp"
#include "kernel_model/uapi.hpp"

namespace ringsim::tests {
namespace {

using sim::step_kind;
using sim::trace_step;

constexpr std::uint64_t busy = BPF_RINGBUF_BUSY_BIT | 8u;
constexpr std::uint8_t cpu0 = 0;
constexpr std::uint8_t user = 1;

trace_step load(std::uint8_t thread, site where, const char* word, std::uint64_t note,
                std::uint64_t value, std::uint32_t from = 0) {
    return {thread, step_kind::load, where, upstream_orders[where], word, note, value, 0, from, 0,
            0};
}
trace_step store(std::uint8_t thread, site where, const char* word, std::uint64_t note,
                 std::uint64_t value, std::uint32_t coherence) {
    return {thread, step_kind::store, where, upstream_orders[where], word, note, 0, value,
            0,      coherence,        0};
}
trace_step both(std::uint8_t thread, step_kind kind, site where, const char* word,
                std::uint64_t note, std::uint64_t read, std::uint64_t written,
                std::uint32_t coherence) {
    return {thread, kind,      where, upstream_orders[where], word, note, read, written,
            0,      coherence, 0};
}

void reserve(std::vector<trace_step>& steps, std::uint64_t pos) {
    using enum site;
    steps.push_back(load(cpu0, reserve_load_consumer_pos, "consumer_pos", 0, 0));
    steps.push_back(both(cpu0, step_kind::lock, reserve_lock, "lock", 0, 0, 0, 0));
    steps.push_back(load(cpu0, reserve_load_pending_pos, "pending_pos", 0, 0));
    steps.push_back(load(cpu0, reserve_load_producer_pos, "producer_pos", 0, pos));
    steps.push_back(store(cpu0, reserve_store_pending_pos, "pending_pos", 0, 0, 0));
    steps.push_back(store(cpu0, reserve_store_header, "len", pos, busy, 0));
    steps.push_back(store(cpu0, reserve_store_pg_off, "pg_off", pos, 4, 0));
    steps.push_back(store(cpu0, reserve_store_producer_pos, "producer_pos", 0, pos + 16, 0));
    steps.push_back(both(cpu0, step_kind::unlock, reserve_unlock, "lock", 0, 0, 0, 0));
}

void commit_first(std::vector<trace_step>& steps) {
    using enum site;
    steps.push_back(store(cpu0, program_store_payload, "payload", 0, 0xA, 0));
    steps.push_back(load(cpu0, commit_load_pg_off, "pg_off", 0, 4));
    steps.push_back(load(cpu0, commit_load_header, "len", 0, busy));
    steps.push_back(both(cpu0, step_kind::rmw, commit_xchg_header, "len", 0, busy, 8, 0));
    steps.push_back(load(cpu0, commit_load_consumer_pos, "consumer_pos", 0, 0));
    steps.push_back(both(cpu0, step_kind::set, notify_set, "notify", 0, 0, 1, 0));
}

}  // namespace

sim::trace lost_wakeup_sample() {
    using enum site;
    sim::trace t;
    t.threads = {"cpu0", "user"};
    reserve(t.setup, 0);
    reserve(t.setup, 16);
    commit_first(t.setup);
    t.steps = {
        both(user, step_kind::take, notify_take, "notify", 0, 1, 0, 1),
        load(user, consumer_load_consumer_pos, "consumer_pos", 0, 0),
        store(cpu0, program_store_payload, "payload", 16, 0xB, 1),
        load(cpu0, commit_load_pg_off, "pg_off", 16, 4),
        load(user, consumer_load_producer_pos, "producer_pos", 0, 32),
        load(user, consumer_load_header, "len", 0, 8),
        load(cpu0, commit_load_header, "len", 16, busy),
        load(user, consumer_load_payload, "payload", 0, 0xA),
        both(cpu0, step_kind::rmw, commit_xchg_header, "len", 16, busy, 8, 1),
        store(user, consumer_store_consumer_pos, "consumer_pos", 0, 16, 1),
        load(user, consumer_load_header, "len", 16, busy),
        load(cpu0, commit_load_consumer_pos, "consumer_pos", 0, 0),
        both(user, step_kind::asleep, notify_take, "notify", 0, 0, 0, 0),
    };
    t.kind = sim::violation::lost_notification;
    t.what = "the consumer sleeps for ever over a committed record";
    return t;
}

sim::trace race_sample() {
    using enum site;
    sim::trace t;
    t.threads = {"cpu0", "user"};
    reserve(t.setup, 0);
    t.steps = {
        store(cpu0, program_store_payload, "payload", 0, 0xA, 1),
        load(user, consumer_load_consumer_pos, "consumer_pos", 0, 0),
        load(cpu0, commit_load_pg_off, "pg_off", 0, 4),
        load(cpu0, commit_load_header, "len", 0, busy),
        load(user, consumer_load_producer_pos, "producer_pos", 0, 16),
        both(cpu0, step_kind::rmw, commit_xchg_header, "len", 0, busy, 8, 1),
        load(user, consumer_load_header, "len", 0, 8, 6),
        load(cpu0, commit_load_consumer_pos, "consumer_pos", 0, 0),
        load(user, consumer_load_payload, "payload", 0, 0xA, 1),
    };
    t.steps[6].how = order::relaxed;
    t.kind = sim::violation::data_race;
    t.what = "two unordered accesses to plain data";
    t.at_step = 9;
    return t;
}

}  // namespace ringsim::tests
