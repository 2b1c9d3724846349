// What consumers other than libbpf get wrong, or are suspected of: one record or two, and the
// consumer named by the variant.
//
// reopened: a consumer that opens a ring which was used before.
// batch: a batch that ends at a BUSY record.
// uncommitted: a reader that waits before it gives back what it read.
// stuck-discard: a discarded record, then a good one.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void take_one(world& w) {
    w.poll_until(1);
}

}  // namespace

extern const scenario reopened;  // in catalogue.txt
extern const scenario batch;
extern const scenario uncommitted;
extern const scenario uncommitted_poll;
extern const scenario stuck_discard;

const scenario reopened{
    .name = "reopened",
    .claim = "a consumer that opens a used ring begins where the last one stopped",
    .shape = "state",
    .source = "https://github.com/aya-rs/aya/pull/1318",
    .ring_bytes = 64,
    .start = 16,
    .threads = {{"cpu0", [](world& w) { w.produce(0xA); }},
                {"user", [](world& w) { w.ring_buffer__consume(); }}},
    .sometimes = {{"user took the record",
                   [](const outcome& o) { return o.threads[1].taken_count == 1; }}},
    .expect = {{"libbpf"},
               {"aya-0.14 consumer=aya-0.14"},
               {"aya-0.12 consumer=aya-0.12 kernel.reserve.store_header=relaxed", trigger::edge,
                under_all, sim::violation::torn_record}},
    .museum = {{.id = "B5",
                .symptom = "a reused ring, a cached position",
                .broken = {"aya-0.12 consumer=aya-0.12 kernel.reserve.store_header=relaxed"},
                .repaired = {"aya-0.14 consumer=aya-0.14"},
                .status = upstream::fixed,
                .history = "aya, October 2025 (17171647): the producer position is loaded when the "
                           "ring is opened",
                .citation = "https://github.com/aya-rs/aya/pull/1318"}},
};

const scenario batch{
    .name = "batch",
    .claim = "a batch that ends at a BUSY record counts nothing twice",
    .shape = "state",
    .source = "tools/testing/selftests/bpf/benchs/bench_ringbufs.c, Linux 7.3",
    .ring_bytes = 64,
    .setup = [](world& w) { w.produce(0xA); },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB); }},
                {"user",
                 [](world& w) {
                     w.ring_buffer__consume();
                     w.ring_buffer__consume();
                 }}},
    .sometimes = {{"user took A alone",
                   [](const outcome& o) { return o.threads[1].taken_count == 1; }},
                  {"user took both",
                   [](const outcome& o) { return o.threads[1].taken_count >= 2; }}},
    .expect = {{"libbpf"},
               {"libbpf consumer=rb-corrected"},
               {"libbpf consumer=rb-custom", trigger::edge, under_all,
                sim::violation::out_of_order_record}},
    .museum = {{.id = "B9",
                .symptom = "the benchmark counts records twice",
                .broken = {"libbpf consumer=rb-custom"},
                .repaired = {"libbpf consumer=rb-corrected"},
                .status = upstream::open,
                .history = "rb-custom returns at a BUSY record without storing consumer_pos; still "
                           "so in Linux 7.3",
                .citation = "tools/testing/selftests/bpf/benchs/bench_ringbufs.c",
                .by = evidence::verified}},
};

const scenario uncommitted{
    .name = "uncommitted",
    .claim = "a reader may wait before it gives back what it read",
    .shape = "state",
    .source = "https://github.com/cilium/ebpf/pull/2037",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup = [](world& w) { w.produce(0xA); },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB); }},
                {"user", [](world& w) { w.poll_until(2); }}},
    .sometimes = {{"user took both",
                   [](const outcome& o) { return o.threads[1].taken_count == 2; }}},
    .expect = {{"seq_cst consumer=cilium"},
               {"seq_cst consumer=cilium", trigger::level},
               {"libbpf consumer=cilium-raw", trigger::edge, under_all,
                sim::violation::lost_notification}},
};

const scenario uncommitted_poll{
    .name = "uncommitted-poll",
    .claim = "epoll reports nothing to a reader that has read everything",
    .shape = "state",
    .source = "https://github.com/cilium/ebpf/pull/2037",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads = {{"cpu0", [](world& w) { w.produce(0xA); }},
                {"user",
                 [](world& w) {
                     w.poll_until(1);
                     // What ringbuf_map_poll_kern() sees on the next epoll_wait().
                     w.me().seen[0] = w.bpf_ringbuf_query_avail_data();
                 }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[1].finished && o.threads[1].seen[0] != 0)
            return finding{sim::violation::busy_spin, "epoll reports again what was read"};
        return std::nullopt;
    },
    .sometimes = {{"user slept and was woken",
                   [](const outcome& o) {
                       return o.threads[1].finished && o.threads[1].sleeps > 0;
                   }}},
    .expect = {{"seq_cst consumer=cilium", trigger::level},
               {"seq_cst consumer=cilium-raw", trigger::level, under_all,
                sim::violation::busy_spin}},
    .museum = {{.id = "A14",
                .symptom = "waits on what it read and kept",
                .broken = {"seq_cst consumer=cilium-raw", trigger::level},
                .repaired = {"seq_cst consumer=cilium", trigger::level},
                .status = upstream::open,
                .history = "cilium/ebpf's RawReader (April 2026, a7d72cd2): epoll reports at once "
                           "while consumer_pos lags; with an edge trigger the wakeup is lost "
                           "(uncommitted)",
                .citation = "https://github.com/cilium/ebpf/pull/2037",
                .by = evidence::verified}},
};

const scenario stuck_discard{
    .name = "stuck-discard",
    .claim = "a consumer gets past a discarded record, and hands it to nobody",
    .shape = "state",
    .source = "falco libs 5560701a4; libbpf-async 93dcfa7",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup =
        [](world& w) {
            const record a = w.bpf_ringbuf_reserve(8);
            w.write(a, 0xA);
            w.bpf_ringbuf_discard(a);
        },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB); }}, {"user", take_one}},
    .sometimes = {{"user took B", [](const outcome& o) { return o.threads[1].taken_count == 1; }}},
    .expect = {{"libbpf", trigger::level},
               {"libbpf consumer=libpman", trigger::level},
               {"libbpf consumer=libpman-0", trigger::level, under_all, sim::violation::busy_spin},
               {"aya-0.14 consumer=aya-0.14"},
               {"seq_cst consumer=cilium", trigger::level},
               {"generic consumer=libbpf-async"},
               {"generic consumer=libbpf-async-0", trigger::edge, under_all,
                sim::violation::torn_record}},
    .museum = {{.id = "F1",
                .symptom = "stuck at a discarded record (falco)",
                .broken = {"libbpf consumer=libpman-0", trigger::level},
                .repaired = {"libbpf consumer=libpman", trigger::level},
                .status = upstream::fixed,
                .history = "falco libs, May 2024: the discarded record is stepped over",
                .citation = "https://github.com/falcosecurity/libs, 5560701a4"},
               {.id = "F2",
                .symptom = "discarded records come as data",
                .broken = {"generic consumer=libbpf-async-0"},
                .repaired = {"generic consumer=libbpf-async"},
                .status = upstream::fixed,
                .history = "libbpf-async 93dcfa7: the bit is looked at",
                .citation = "https://github.com/fujita/libbpf-async, 93dcfa7"}},
};

}  // namespace ringsim::scenarios
