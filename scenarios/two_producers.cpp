// two-producers: records of two producers do not overlap, and are visible in the order in which
// they were reserved.
//
//   cpu0: reserve, submit            cpu1: reserve, submit            user: ringbuf_process_ring()
//   lock                             lock                             header BUSY: stop, whatever
//   producer_pos: read, write        producer_pos: read, write        is committed behind it
//   unlock                           unlock
//   xchg(&len)                       xchg(&len)
//
// The lock covers reserving alone; the commits are in any order. A record behind one that is still
// BUSY waits for it.
//
// Source: __bpf_ringbuf_reserve(), Linux 6.12; the litmus tests bpf-rb+2p1c of May 2020.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario two_producers;  // in catalogue.txt
const scenario two_producers{
    .name = "two-producers",
    .claim = "two producers never share bytes, and their records come in order of reservation",
    .shape = "lock, MP",
    .source = "https://lore.kernel.org/bpf/20200517195727.279322-3-andriin@fb.com/",
    .ring_bytes = 64,
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xA); }},
            {"cpu1", [](world& w) { w.produce(0xB); }},
            {"user",
             [](world& w) {
                 w.ring_buffer__consume();
                 w.ring_buffer__consume();
             }},
        },
    .sometimes =
        {
            {"user took A, then B",
             [](const outcome& o) {
                 return o.threads[2].taken_count == 2 && o.threads[2].taken[0].payload == 0xA;
             }},
            {"user took B, then A",
             [](const outcome& o) {
                 return o.threads[2].taken_count == 2 && o.threads[2].taken[0].payload == 0xB;
             }},
            {"user took the first alone",
             [](const outcome& o) { return o.threads[2].taken_count == 1; }},
        },
    .expect =
        {
            {"libbpf"},
            {"fenced"},
            {"seq_cst"},
            // Without the lock the positions themselves are raced for.
            {"libbpf kernel.reserve.lock=none", trigger::edge, under_all, sim::violation::overrun,
             sim::violation::data_race},
            {"libbpf kernel.reserve.unlock=none", trigger::edge, under_all,
             sim::violation::deadlock},
        },
    .museum = {{.id = "B8",
                .symptom = "two producers get the same bytes",
                .broken = {"libbpf kernel.reserve.lock=none"},
                .repaired = {"libbpf"},
                .status = upstream::fixed,
                .history = "bpftime, August 2025 (ec5c45fd): reserve ran under a lock that several "
                           "may hold",
                .citation = "https://github.com/eunomia-bpf/bpftime/pull/430"}},
};

}  // namespace ringsim::scenarios
