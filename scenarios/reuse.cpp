// reuse: the space of a record is not written again while the consumer reads it.
//
//   user: ringbuf_process_ring()               cpu0: bpf_ringbuf_reserve()
//   read A's payload                           smp_load_acquire(consumer_pos)
//   smp_store_release(consumer_pos, B)         write B's payload where A's was
//
// Message passing in the other direction: consumer_pos gives the space back. The ring has 32 bytes
// and a record takes 24, so B fits once A is consumed, and the two share bytes.
//
// Source: smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve(), which its authors were
// asked about because it stands before the lock (LKML, May 2020).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario reuse;  // in catalogue.txt
const scenario reuse{
    .name = "reuse",
    .claim = "no producer writes where the consumer still reads",
    .shape = "MP",
    .source = "__bpf_ringbuf_reserve() and ringbuf_process_ring(), Linux 6.12",
    .ring_bytes = 32,
    .setup = [](world& w) { w.produce(0xA, 0, 16); },
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xB, 0, 16); }},
            {"user", [](world& w) { w.ring_buffer__consume(); }},
        },
    .sometimes =
        {
            {"B did not fit yet",
             [](const outcome& o) { return o.threads[0].reservations_failed == 1; }},
            {"B took the place of A",
             [](const outcome& o) { return o.threads[0].made_count == 1; }},
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
            {"seq_cst consumer=cilium-0.11"},
            // Android stores consumer_pos with release; where others store it relaxed, a fence
            // stands in front.
            {"android consumer=android"},
            {"generic"},
            {"generic consumer=libbpf-async"},
            // Load buffering: the reads of the payload may come after the store, which frees it.
            {"libbpf consumer.store_consumer_pos=relaxed", trigger::edge,
             under_arm | under_riscv | under_power | under_languages, sim::violation::torn_record,
             sim::violation::data_race},
            {"libbpf kernel.reserve.load_consumer_pos=relaxed", trigger::edge, under_languages,
             sim::violation::data_race},
            // The fence behind the store comes too late for the reads before it.
            {"fenced consumer.store_consumer_pos=relaxed", trigger::edge,
             under_arm | under_riscv | under_power | under_languages, sim::violation::torn_record,
             sim::violation::data_race},
        },
};

}  // namespace ringsim::scenarios
