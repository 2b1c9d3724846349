// Wakeups that the flags of submit ask away, and a consumer that stops early.
//
// silent-head: the record at the head is committed last, with NO_WAKEUP.
//
//   cpu0: submit(A, NO_WAKEUP)                  cpu1: submit(B)
//   no wakeup: asked for                        consumer_pos is A, not B: no wakeup
//
// threshold-tail: wake only when enough bytes wait (bpf_ringbuf_query(), then FORCE or NO_WAKEUP).
// What is left below the threshold waits for ever.
//
// consume-n: a consumer that takes one record a wakeup stays behind, and commits behind it are
// silent; a level trigger reports again, an edge trigger does not.
//
// Sources: bpf_ringbuf_commit(); tools/testing/selftests/bpf/benchs (sampled notifications);
// ring_buffer__consume_n(), libbpf 1.5.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

bool second_finished(const outcome& o) {
    return o.threads[o.thread_count - 1].finished;
}

// A program that wakes its consumer for every second record.
void produce_sampled(world& w, std::uint64_t payload, std::uint64_t last_flag) {
    const std::uint64_t waiting = w.bpf_ringbuf_query_avail_data();
    w.produce(payload, waiting >= 16 ? BPF_RB_FORCE_WAKEUP : last_flag);
}

template <std::uint64_t LastFlag>
void sampled_producer(world& w) {
    produce_sampled(w, 0xA, BPF_RB_NO_WAKEUP);
    produce_sampled(w, 0xB, BPF_RB_NO_WAKEUP);
    produce_sampled(w, 0xC, LastFlag);
}

// ring_buffer__poll() with a bound: each look takes at most `N` records.
template <std::uint64_t N>
void consume_some(world& w) {
    w.poll_until(3, N);
}

}  // namespace

extern const scenario silent_head;  // in catalogue.txt
extern const scenario loud_head;
extern const scenario threshold_tail;
extern const scenario threshold_forced;
extern const scenario consume_one;
extern const scenario consume_all;

const scenario silent_head{
    .name = "silent-head",
    .claim = "a record wakes the consumer whatever the one before it asked for (it does not)",
    .shape = "flags",
    .source = "bpf_ringbuf_commit(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup =
        [](world& w) {
            w.kept[0] = w.bpf_ringbuf_reserve(8);
            w.kept[1] = w.bpf_ringbuf_reserve(8);
        },
    .threads = {{"cpu0",
                 [](world& w) {
                     w.write(w.kept[0], 0xA);
                     w.bpf_ringbuf_submit(w.kept[0], BPF_RB_NO_WAKEUP);
                 }},
                {"cpu1",
                 [](world& w) {
                     w.write(w.kept[1], 0xB);
                     w.bpf_ringbuf_submit(w.kept[1]);
                 }},
                {"user", [](world& w) { w.poll_until(2); }}},
    .sometimes = {{"user was woken for B", second_finished}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_notification},
               {"fenced", trigger::edge, under_all, sim::violation::lost_notification}},
    .museum = {{.id = "A10",
                .symptom = "NO_WAKEUP on a head committed last",
                .broken = {"fenced"},
                .repaired = {"fenced", trigger::edge, "loud-head"},
                .status = upstream::by_design,
                .history =
                    "what the rule of the wakeup amounts to; the last commit has to force it",
                .citation = "bpf_ringbuf_commit(), kernel/bpf/ringbuf.c",
                .by = evidence::verified}},
};

const scenario loud_head{
    .name = "loud-head",
    .claim = "FORCE_WAKEUP on both makes up for the order of commits",
    .shape = "flags",
    .source = "bpf_ringbuf_commit(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup = silent_head.setup,
    .threads = {{"cpu0",
                 [](world& w) {
                     w.write(w.kept[0], 0xA);
                     w.bpf_ringbuf_submit(w.kept[0], BPF_RB_FORCE_WAKEUP);
                 }},
                {"cpu1",
                 [](world& w) {
                     w.write(w.kept[1], 0xB);
                     w.bpf_ringbuf_submit(w.kept[1], BPF_RB_FORCE_WAKEUP);
                 }},
                {"user", [](world& w) { w.poll_until(2); }}},
    .sometimes = {{"user slept and was woken",
                   [](const outcome& o) {
                       return o.threads[2].finished && o.threads[2].sleeps > 0;
                   }}},
    .expect = {{"libbpf"}, {"fenced"}},
};

const scenario threshold_tail{
    .name = "threshold-tail",
    .claim = "waking for every second record is enough (the last one may wait for ever)",
    .shape = "flags",
    .source = "tools/testing/selftests/bpf/benchs/bench_ringbufs.c, sampled notifications",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads = {{"cpu0", sampled_producer<BPF_RB_NO_WAKEUP>},
                {"user", [](world& w) { w.poll_until(3); }}},
    .sometimes = {{"user took all three", second_finished}},
    .expect = {{"libbpf", trigger::level, under_all, sim::violation::lost_notification}},
    .museum = {{.id = "A11",
                .symptom = "wakeups by threshold leave the tail",
                .broken = {"libbpf", trigger::level},
                .repaired = {"libbpf", trigger::level, "threshold-forced"},
                .status = upstream::by_design,
                .history = "the pattern of the benchmark and of the documentation; whoever uses it "
                           "polls with a timeout or forces the last wakeup",
                .citation = "Documentation/bpf/ringbuf.rst, BPF_RB_AVAIL_DATA"}},
};

const scenario threshold_forced{
    .name = "threshold-forced",
    .claim = "a forced wakeup for the last record takes the tail along",
    .shape = "flags",
    .source = "tools/testing/selftests/bpf/benchs/bench_ringbufs.c, sampled notifications",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads = {{"cpu0", sampled_producer<BPF_RB_FORCE_WAKEUP>},
                {"user", [](world& w) { w.poll_until(3); }}},
    .sometimes = {{"user slept and was woken",
                   [](const outcome& o) {
                       return o.threads[1].finished && o.threads[1].sleeps > 0;
                   }}},
    .expect = {{"fenced"}, {"libbpf", trigger::level}},
};

const scenario consume_one{
    .name = "consume-n",
    .claim = "a consumer may take one record a wakeup (not with an edge trigger)",
    .shape = "flags",
    .source = "ring_buffer__consume_n(), libbpf 1.5",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads = {{"cpu0",
                 [](world& w) {
                     w.produce(0xA);
                     w.produce(0xB);
                     w.produce(0xC);
                 }},
                {"user", consume_some<1>}},
    .sometimes = {{"user took all three", second_finished}},
    .expect = {{"fenced", trigger::edge, under_all, sim::violation::lost_notification},
               {"libbpf-2026", trigger::edge, under_all, sim::violation::lost_notification},
               {"libbpf", trigger::level}},
    .museum = {{.id = "A15",
                .symptom = "consume_n() leaves records behind",
                .broken = {"fenced"},
                .repaired = {"fenced", trigger::edge, "consume-all"},
                .status = upstream::by_design,
                .history = "libbpf 1.5 (98de9ace); a level trigger reports what is left, an edge "
                           "trigger needs the caller to go on until nothing is. Of several rings "
                           "the first is served first each time (consume-first), and a request "
                           "for no record gives some (consume-none)",
                .citation = "https://github.com/libbpf/libbpf, 98de9ace",
                .by = evidence::verified}},
};

const scenario consume_all{
    .name = "consume-all",
    .claim = "a consumer that goes on until nothing is left may sleep on an edge",
    .shape = "flags",
    .source = "ring_buffer__consume_n(), libbpf 1.5",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads = {consume_one.threads[0], {"user", consume_some<all_records>}},
    .sometimes = {{"user took all three", second_finished}},
    .expect = {{"fenced"},
               {"libbpf-2026", trigger::edge, under_weak_but_ldar,
                sim::violation::lost_notification},
               {"libbpf-2026 consumer=libbpf-2026-busy"},
               {"libbpf", trigger::level}},
};

}  // namespace ringsim::scenarios
