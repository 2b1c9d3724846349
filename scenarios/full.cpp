// full: a reservation that does not fit fails, and nothing is overwritten.
//
//   cpu0: bpf_ringbuf_reserve(B)                   user: ringbuf_process_ring()
//   smp_load_acquire(consumer_pos)                 read A
//   new_prod_pos - cons_pos > mask: no room        smp_store_release(consumer_pos, B)
//
// The test is `> mask`, not `> mask + 1`: one byte is always kept free. A record of 24 bytes leaves
// 8 of 32, and a header alone, which is 8, does not fit; a record as large as the ring never does.
// A stale consumer_pos makes a reservation fail that would fit by now, never the other way round.
//
// Source: the space check of __bpf_ringbuf_reserve(), Linux 6.12.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario full;  // in catalogue.txt
const scenario full{
    .name = "full",
    .claim = "a full ring refuses records and overwrites none",
    .shape = "MP",
    .source = "__bpf_ringbuf_reserve(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 32,
    .setup =
        [](world& w) {
            w.produce(0xA, 0, 16);
            w.me().seen[0] = w.bpf_ringbuf_reserve(0).valid;   // the last 8 bytes
            w.me().seen[1] = w.bpf_ringbuf_reserve(24).valid;  // as large as the ring
        },
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 w.me().seen[0] = w.produce(0xB, 0, 16);
                 w.me().seen[1] = w.bpf_ringbuf_reserve(24).valid;
             }},
            {"user", [](world& w) { w.ring_buffer__consume(); }},
        },
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.setup.seen[0] || o.rings[0].producer_pos - o.rings[0].consumer_pos >= 32)
            return finding{sim::violation::overrun, "no byte of the ring is free"};
        if (o.setup.seen[1] || o.threads[0].seen[1])
            return finding{sim::violation::overrun, "a record as large as the ring was given out"};
        return std::nullopt;
    },
    .sometimes =
        {
            {"B was refused", [](const outcome& o) { return o.threads[0].seen[0] == 0; }},
            {"B took the place of A", [](const outcome& o) { return o.threads[0].seen[0] == 1; }},
        },
    .expect =
        {
            {"libbpf"},
            {"fenced"},
            {"seq_cst"},
            {"libbpf consumer.store_consumer_pos=relaxed", trigger::edge,
             under_arm | under_riscv | under_power | under_languages, sim::violation::torn_record,
             sim::violation::data_race},
            {"libbpf kernel.reserve.load_consumer_pos=relaxed", trigger::edge, under_languages,
             sim::violation::data_race},
        },
};

}  // namespace ringsim::scenarios
