// publish: a record is seen with its header and its payload, or not at all.
//
//   cpu0: bpf_ringbuf_reserve(), submit()          user: ringbuf_process_ring()
//   A->len = 8 | BUSY
//   smp_store_release(producer_pos, end of A)      smp_load_acquire(producer_pos)
//   payload = 0xA                                  smp_load_acquire(&A->len)
//   xchg(&A->len, 8)                               read the payload
//
// Message passing, twice: the header is published by producer_pos, the payload by the header. The
// official litmus tests of 2020 have no payload, so a plain WRITE_ONCE() in place of xchg() passes
// them.
//
// Source: the two comments on memory ordering in __bpf_ringbuf_reserve() and bpf_ringbuf_commit();
// a consumer without the acquire: cilium/ebpf pull request 1375.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario publish;  // in catalogue.txt
const scenario publish{
    .name = "publish",
    .claim = "a consumer never sees a record without its header and its payload",
    .shape = "MP",
    .source = "https://github.com/cilium/ebpf/pull/1375",
    .ring_bytes = 32,
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xA); }},
            {"user", [](world& w) { w.ring_buffer__consume(); }},
        },
    .sometimes =
        {
            {"user took A", [](const outcome& o) { return o.threads[1].taken_count == 1; }},
            {"user came too early", [](const outcome& o) { return o.threads[1].taken_count == 0; }},
        },
    .expect =
        {
            {"libbpf"},
            {"fenced"},
            {"seq_cst"},
            {"aya-0.12"},
            {"aya-0.14"},
            {"aya-0.14 consumer=aya-0.14"},
            {"seq_cst consumer=cilium"},
            // Its copy of the header before version 0.14 was no atomic load. The fence in front of
            // its next look at producer_pos, on RISC-V and POWER, hides it there.
            {"seq_cst consumer=cilium-0.11 consumer.load_header=relaxed", trigger::edge,
             under_rc11 | under_arm, sim::violation::torn_record, sim::violation::data_race},
            // Android's header is a volatile load: no acquire on any machine but x86-64.
            {"android consumer=android", trigger::edge, under_relaxed, sim::violation::torn_record,
             sim::violation::data_race},
            {"libbpf consumer=android"},
            // The payload, published by the header.
            {"libbpf consumer.load_header=relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
            {"libbpf consumer.load_header=relaxed kernel.commit.write_barrier=release",
             trigger::edge, under_relaxed, sim::violation::torn_record, sim::violation::data_race},
            {"libbpf kernel.commit.xchg_header=relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
            {"libbpf kernel.commit.xchg_header=store_relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
            {"libbpf kernel.commit.xchg_header=store_release"},
            // The header, published by producer_pos. Were it written with WRITE_ONCE(), it would be
            // no race but a record of no length in a place that was never written.
            {"libbpf kernel.reserve.store_producer_pos=relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
            {"libbpf consumer.load_producer_pos=relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
            {"libbpf kernel.reserve.store_header=relaxed "
             "kernel.reserve.store_producer_pos=relaxed",
             trigger::edge, under_relaxed, sim::violation::torn_record},
            {"libbpf kernel.reserve.store_header=relaxed consumer.load_producer_pos=relaxed",
             trigger::edge, under_relaxed, sim::violation::torn_record},
        },
    .museum =
        {
            {.id = "B1",
             .symptom = "corrupt samples: plain header load",
             .broken = {"seq_cst consumer=cilium-0.11 consumer.load_header=relaxed"},
             .repaired = {"seq_cst consumer=cilium"},
             .seen_on = under_armv8,
             .status = upstream::fixed,
             .history = "cilium/ebpf, March 2024 (v0.14.0): an atomic load of the header",
             .citation = "https://github.com/cilium/ebpf/pull/1375, c37bef43"},
            {.id = "B2",
             .symptom = "smp_wmb() before commit, proposed",
             .broken = {"libbpf consumer.load_header=relaxed"},
             .repaired = {"libbpf consumer.load_header=relaxed "
                          "kernel.commit.write_barrier=release"},
             .beside = {"libbpf"},
             .seen_on = under_lkmm,
             .status = upstream::rejected,
             .history =
                 "zhongjinji, October 2024; xchg() is a full barrier already, as the repaired "
                 "variant shows: it is the consumer that lacks an acquire",
             .citation = "https://lore.kernel.org/bpf/"
                         "95dd16ca-c37d-4269-a008-385922ba3894@paulmck-laptop/"},
            {.id = "B3",
             .symptom = "WRITE_ONCE() as commit",
             .broken = {"libbpf kernel.commit.xchg_header=store_relaxed"},
             .repaired = {"libbpf"},
             .seen_on = under_lkmm,
             .status = upstream::open,
             .history =
                 "Joel Fernandes, May 2020, of the litmus tests posted with the ring buffer: "
                 "they have no payload, so nothing depends on the commit's order",
             .citation = "https://lore.kernel.org/bpf/"
                         "CAEf4BzZ_g2RwOgaRL1Qa9yo-8dH4kpgNaBOWZznNxqxhJUM1aA@mail.gmail.com/"},
            {.id = "B14",
             .symptom = "Android: the header is volatile",
             .broken = {"android consumer=android"},
             .repaired = {"libbpf consumer=android"},
             .seen_on = under_armv8,
             .status = upstream::open,
             .history = "BpfRingbuf::ConsumeAll() loads producer_pos with acquire and the header "
                        "through a volatile pointer, a plain LDR on Arm: the payload may be read "
                        "before the header",
             .citation = "BpfRingbuf.h, packages/modules/Connectivity, 93312c998eba",
             .by = evidence::verified},
            {.id = "B13",
             .symptom = "\"commit is a release store\"",
             .broken = {"fenced kernel.commit.xchg_header=store_release", trigger::edge,
                        "lost-wakeup"},
             .repaired = {},
             .beside = {"libbpf kernel.commit.xchg_header=store_release"},
             .status = upstream::open,
             .history =
                 "folklore in descriptions of the ring: true for the payload, as the variant "
                 "beside shows, and wrong for the wakeup",
             .citation = "A8"},
        },
};

}  // namespace ringsim::scenarios
