// Overwrite mode (BPF_F_RB_OVERWRITE, Linux 6.19): a full ring gives up its oldest records.
//
// overwrite-reader: the reader that was proposed copies a record and then looks at overwrite_pos.
//
//   cpu0: bpf_ringbuf_reserve(B), write          user: copy A, look again
//   WRITE_ONCE(overwrite_pos, end of A)          read A's payload
//   -- nothing --                                -- nothing --
//   payload of B, where A's was                  smp_load_acquire(overwrite_pos): A is still there?
//
// Without a barrier between the two stores, or between the two loads, B's payload is seen and the
// new overwrite_pos is not. It takes both barriers; either alone is not enough.
//
// overwrite-libbpf: libbpf does not know of overwrite_pos and reads at consumer_pos, where there
// may be no header any more.
//
// overwrite-avail: the available bytes, when positions have wrapped.
//
// Source: https://lore.kernel.org/bpf/20250804022101.2171981-3-xukuohai@huaweicloud.com/
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario overwrite_reader;  // these three are in the list in registry.cpp
extern const scenario overwrite_libbpf;
extern const scenario overwrite_avail;

const scenario overwrite_reader{
    .name = "overwrite-reader",
    .claim = "a reader that looks at overwrite_pos afterwards keeps no torn record",
    .shape = "seqlock",
    .source = "https://lore.kernel.org/bpf/20250804022101.2171981-3-xukuohai@huaweicloud.com/",
    .ring_bytes = 32,
    .overwrite = true,
    .setup = [](world& w) { w.produce(0xA, 0, 16); },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB, 0, 16); }},
                {"user", [](world& w) { w.me().seen[0] = w.overwrite_read(); }}},
    .sometimes = {{"user took A",
                   [](const outcome& o) {
                       return o.threads[1].taken_count == 1 && o.threads[1].taken[0].payload == 0xA;
                   }},
                  {"user found A overwritten",
                   [](const outcome& o) {
                       return o.threads[1].finished && o.threads[1].taken_count == 0;
                   }}},
    .expect =
        {
            // The kernel writes the header with a plain store; that is another matter.
            {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record},
            {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire",
             // Power's release store of producer_pos is an lwsync, RISC-V's a fence rw,w: either
             // keeps overwrite_pos before the payload that follows.
             trigger::edge, under_relaxed & ~under_riscv & ~under_power,
             sim::violation::torn_record},
            {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed "
             "kernel.reserve.overwrite_fence=release",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire kernel.reserve.overwrite_fence=release"},
            {"libbpf kernel=7.3 kernel.reserve.store_header=relaxed "
             "overwrite_reader.fence=acquire kernel.reserve.overwrite_fence=release"},
        },
    .museum = {{.id = "B6",
                .symptom = "overwrite reader without barriers",
                .broken = {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed"},
                .repaired = {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed "
                             "overwrite_reader.fence=acquire "
                             "kernel.reserve.overwrite_fence=release"},
                .status = upstream::rejected,
                .history = "August 2025; turned down in favour of an iterator, with the question "
                           "open whether the second look is enough. It is on x86-64, and needs "
                           "smp_rmb() in the reader and smp_wmb() in the kernel elsewhere",
                .citation = "https://lore.kernel.org/bpf/"
                            "20250804022101.2171981-3-xukuohai@huaweicloud.com/"}},
};

const scenario overwrite_libbpf{
    .name = "overwrite-libbpf",
    .claim = "a consumer that does not know of overwrite mode finds records at consumer_pos",
    .shape = "state",
    .source = "tools/lib/bpf/ringbuf.c, Linux 7.3, which does not look at the flag",
    .ring_bytes = 32,
    .overwrite = true,
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
                .repaired = {"libbpf kernel=6.19 kernel.reserve.store_header=relaxed "
                             "overwrite_reader.fence=acquire "
                             "kernel.reserve.overwrite_fence=release",
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
    .overwrite = true,
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
