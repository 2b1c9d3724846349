// Overwrite mode (BPF_F_RB_OVERWRITE, Linux 6.19): a full ring gives up its oldest records.
//
// overwrite-reader: the reader that was proposed copies all that is there and then looks at
// producer_pos: if that is more than a ring away, it copies again.
//
//   cpu0: bpf_ringbuf_reserve(B), write          user: copy A, look again
//   smp_store_release(producer_pos, end of B)    read A's payload
//   -- nothing --                                -- nothing --
//   payload of B, where A's was                  smp_load_acquire(producer_pos): A is still there?
//
// Without a barrier between the two stores, or between the two loads, B's payload is seen and the
// new producer_pos is not. And the copy itself is a memcpy(): B's header may be seen without BUSY
// and its payload not yet.
//
// overwrite-two-cpus: what is written over A first is the header of another CPU's record.
//
// overwrite-empty: as long as nothing was ever produced, the reader goes round.
//
// overwrite-wakeup: the oldest record is BUSY, and consumer_pos somewhere far behind it.
//
// overwrite-libbpf: libbpf does not know of overwrite_pos and reads at consumer_pos, where there
// may be no header any more.
//
// overwrite-avail: the available bytes, when positions have wrapped.
//
// Source: https://lore.kernel.org/bpf/20250804022101.2171981-3-xukuohai@huaweicloud.com/
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

constexpr std::string_view proposal =
    "https://lore.kernel.org/bpf/20250804022101.2171981-3-xukuohai@huaweicloud.com/";

// POWER's release store is an lwsync and a store, RISC-V's a fence rw,w: that of the unlock keeps
// producer_pos, and that of producer_pos keeps overwrite_pos, before the payload that follows.
constexpr std::uint16_t under_fenced_unlock = under_riscv | under_power;

void take_newest(world& w) {
    w.ring_buffer__consume();
}

bool took(const thread_facts& facts, std::uint64_t payload) {
    return facts.taken_count > 0 && facts.taken[0].payload == payload;
}

}  // namespace

extern const scenario overwrite_reader;  // in catalogue.txt
extern const scenario overwrite_two_cpus;
extern const scenario overwrite_empty;
extern const scenario overwrite_wakeup;
extern const scenario overwrite_libbpf;
extern const scenario overwrite_avail;

const scenario overwrite_reader{
    .name = "overwrite-reader",
    .claim = "a reader that copies, and then looks whether it was too slow, keeps no torn record",
    .shape = "seqlock",
    .source = proposal,
    .ring_bytes = 32,
    .needs = {need::overwrite},
    .setup = [](world& w) { w.produce(0xA, 0, 16); },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB, 0, 16); }}, {"user", take_newest}},
    .sometimes = {{"user took A", [](const outcome& o) { return took(o.threads[1], 0xA); }},
                  {"user found A overwritten",
                   [](const outcome& o) {
                       return o.threads[1].finished && !took(o.threads[1], 0xA);
                   }}},
    .expect =
        {
            // The kernel writes the header with a plain store; that is another matter.
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            // A read barrier, a write barrier, and both.
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire kernel.reserve.overwrite_fence=release",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire kernel.reserve.publish_fence=release",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            // Headers and payload in order, in place of a memcpy().
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire",
             trigger::edge, under_relaxed & ~under_fenced_unlock, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire kernel.reserve.overwrite_fence=release",
             trigger::edge, under_relaxed & ~under_fenced_unlock, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire kernel.reserve.publish_fence=release"},
            {"libbpf kernel=7.3 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire kernel.reserve.publish_fence=release"},
            // "Never more than a ring is copied" rests on this acquire.
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire kernel.reserve.publish_fence=release "
             "consumer.load_producer_pos=relaxed",
             trigger::edge, under_relaxed, sim::violation::overrun},
            // The reader that was not proposed.
            {"libbpf kernel=6.19 consumer=overwrite-one kernel.reserve.store_header=relaxed",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite-one kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire",
             trigger::edge, under_relaxed & ~under_fenced_unlock, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite-one kernel.reserve.store_header=relaxed "
             "kernel.reserve.overwrite_fence=release",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite-one kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire kernel.reserve.overwrite_fence=release"},
        },
    .museum = {{.id = "B6",
                .symptom = "overwrite reader without barriers",
                .broken = {"libbpf kernel=6.19 consumer=overwrite "
                           "kernel.reserve.store_header=relaxed"},
                .repaired = {"libbpf kernel=6.19 consumer=overwrite "
                             "kernel.reserve.store_header=relaxed overwrite_reader.copy=acquire "
                             "kernel.reserve.publish_fence=release"},
                .status = upstream::rejected,
                .history = "August 2025; turned down in favour of an iterator, with the question "
                           "open whether the second look is enough. It is on x86-64; elsewhere the "
                           "copy has to be in order, and the kernel needs smp_wmb() behind its "
                           "store of producer_pos",
                .citation = "https://lore.kernel.org/bpf/"
                            "20250804022101.2171981-3-xukuohai@huaweicloud.com/"}},
};

const scenario overwrite_two_cpus{
    .name = "overwrite-two-cpus",
    .claim = "a reader that copies keeps no record under the header of another CPU's",
    .shape = "seqlock",
    .source = proposal,
    .ring_bytes = 32,
    .needs = {need::overwrite},
    .setup = [](world& w) { w.produce(0xA, 0, 16); },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB); }},
                {"cpu1", [](world& w) { w.produce(0xC); }},
                {"user", take_newest}},
    .sometimes = {{"user took A", [](const outcome& o) { return took(o.threads[2], 0xA); }}},
    .expect =
        {
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire kernel.reserve.publish_fence=release",
             trigger::edge, under_rc11, sim::violation::torn_record},
            {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
             "overwrite_reader.copy=acquire kernel.reserve.overwrite_fence=release "
             "kernel.reserve.publish_fence=release"},
        },
};

const scenario overwrite_empty{
    .name = "overwrite-empty",
    .claim = "a reader of a ring that was never written to finds nothing, and returns",
    .shape = "state",
    .source = proposal,
    .ring_bytes = 32,
    .needs = {need::overwrite},
    .threads = {{"user", take_newest},
                {"cpu0", [](world& w) { w.me().seen[0] = w.bpf_ringbuf_query_avail_data(); }}},
    .sometimes = {{"nothing is there",
                   [](const outcome& o) {
                       return o.threads[1].finished && o.threads[1].seen[0] == 0;
                   }}},
    .expect = {{"libbpf kernel=6.19 consumer=overwrite", trigger::edge, under_all,
                sim::violation::busy_spin},
               {"libbpf kernel=6.19 consumer=overwrite-one"}},
};

const scenario overwrite_wakeup{
    .name = "overwrite-wakeup",
    .claim = "the commit of the oldest record wakes the reader that waits for it",
    .shape = "SB",
    .source = proposal,
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .needs = {need::overwrite},
    .setup =
        [](world& w) {
            w.produce(0xA);
            w.produce(0xB);
            w.produce(0xC);
            w.kept[0] = w.bpf_ringbuf_reserve(8);
            w.produce(0xE);
            w.produce(0xF);  // overwrite_pos is at D now, and consumer_pos still at A
            w.epoll_wait();
        },
    .threads = {{"cpu0",
                 [](world& w) {
                     w.write(w.kept[0], 0xD);
                     w.bpf_ringbuf_submit(w.kept[0]);
                 }},
                {"user",
                 [](world& w) {
                     if (w.ring_buffer__consume() != 0) return;
                     w.epoll_wait();
                     w.ring_buffer__consume();
                 }}},
    .sometimes = {{"user slept, and took D",
                   [](const outcome& o) {
                       return o.threads[1].sleeps > 0 && took(o.threads[1], 0xD);
                   }}},
    // The copy is in order, so that nothing is torn, which overwrite-reader shows.
    .expect = {{"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
                "overwrite_reader.copy=acquire",
                trigger::edge, under_all, sim::violation::lost_notification},
               // No order is of any use: there is no look behind the store of consumer_pos.
               {"seq_cst kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
                "overwrite_reader.copy=acquire",
                trigger::edge, under_all, sim::violation::lost_notification},
               {"libbpf kernel=6.19 consumer=overwrite kernel.reserve.store_header=relaxed "
                "overwrite_reader.copy=acquire",
                trigger::level}},
    .museum = {{.id = "A19",
                .symptom = "the head's commit wakes nobody",
                .broken = {"libbpf kernel=6.19 consumer=overwrite "
                           "kernel.reserve.store_header=relaxed overwrite_reader.copy=acquire"},
                .repaired = {"libbpf kernel=6.19 consumer=overwrite "
                             "kernel.reserve.store_header=relaxed overwrite_reader.copy=acquire",
                             trigger::level},
                .status = upstream::by_design,
                .history = "commit compares the record with consumer_pos, not with overwrite_pos; "
                           "the proposed reader stores consumer_pos behind its look at the header "
                           "and does not look again; a wakeup every half ring was in the first "
                           "two versions of the mode and not in the third",
                .citation = "bpf_ringbuf_commit(), kernel/bpf/ringbuf.c, Linux 6.19",
                .by = evidence::verified}},
};

const scenario overwrite_libbpf{
    .name = "overwrite-libbpf",
    .claim = "a consumer that does not know of overwrite mode finds records at consumer_pos",
    .shape = "state",
    .source = "tools/lib/bpf/ringbuf.c, Linux 7.3, which does not look at the flag",
    .ring_bytes = 32,
    .needs = {need::overwrite},
    .setup =
        [](world& w) {
            w.produce(0xA, 0, 16);
            w.produce(0xB, 0, 16);  // its payload lies where A's was
        },
    .threads = {{"cpu0", [](world& w) { w.produce(0xC, 0, 16); }},
                {"user", [](world& w) { w.ring_buffer__consume(1); }}},
    .sometimes = {{"the producer overwrote B as well",
                   [](const outcome& o) { return o.threads[0].made_count == 1; }}},
    .expect = {{"libbpf kernel=6.19 kernel.reserve.store_header=relaxed", trigger::edge, under_all,
                sim::violation::torn_record}},
    .museum = {{.id = "B7",
                .symptom = "libbpf on an overwrite ring",
                .broken = {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed"},
                .repaired = {},
                .beside = {"libbpf kernel=6.19 consumer=overwrite "
                           "kernel.reserve.store_header=relaxed overwrite_reader.copy=acquire "
                           "kernel.reserve.publish_fence=release",
                           trigger::edge, "overwrite-reader"},
                .status = upstream::open,
                .history = "libbpf does not look at the map's flag and takes what lies at "
                           "consumer_pos for a record",
                .citation = "tools/lib/bpf/ringbuf.c, Linux 7.3",
                .by = evidence::verified}},
};

const scenario overwrite_avail{
    .name = "overwrite-avail",
    .claim = "a ring at rest has no more bytes available than it is long",
    .shape = "wrap",
    .source = "ringbuf_avail_data_sz(), kernel/bpf/ringbuf.c, Linux 6.19 and 7.3",
    .ring_bytes = 64,
    .needs = {need::overwrite},
    .start = 0xFFFF'FFF0,
    .setup =
        [](world& w) {
            for (unsigned i = 0; i < 5; ++i) w.produce(i);
        },
    .threads = {{"cpu0", [](world& w) { w.me().seen[0] = w.bpf_ringbuf_query_avail_data(); }},
                {"cpu1", [](world& w) { w.me().seen[0] = w.bpf_ringbuf_query_avail_data(); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[0].seen[0] > o.ring_bytes)
            return finding{sim::violation::assertion, "more is available than the ring can hold"};
        return std::nullopt;
    },
    .sometimes = {{"all but one byte count",
                   [](const outcome& o) { return o.threads[0].seen[0] == 48; }}},
    .expect = {{"libbpf kernel=7.2"},
               {"libbpf kernel=7.2 bits=32", trigger::edge, under_all, sim::violation::assertion},
               {"libbpf kernel=7.3 bits=32"},
               {"libbpf kernel=7.3 bits=8"}},
    .museum = {{.id = "C7",
                .symptom = "available bytes wrong behind a wrap",
                .broken = {"libbpf kernel=7.2 bits=32"},
                .repaired = {"libbpf kernel=7.3 bits=32"},
                .status = upstream::fixed,
                .history = "the later of two positions, which a wrap exchanges; since 7.3 the "
                           "smaller of two distances",
                .citation = "ringbuf_avail_data_sz(), kernel/bpf/ringbuf.c, 6.19 and 7.3"}},
};

}  // namespace ringsim::scenarios
