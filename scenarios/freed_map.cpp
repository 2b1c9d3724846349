// freed-map: the interrupt that wakes the consumer comes after its map was freed.
//
//   cpu0: bpf_ringbuf_submit(A), irq_work_queue(&rb->work)
//   the program is over: the last reference goes        kworker: bpf_ringbuf_free()
//   interrupt: irq_work_single(&rb->work)                 irq_work_sync(&rb->work), since 6.18
//                                                         vunmap()
//
// A map is freed behind a grace period of RCU, when no program runs that could use it. The
// irq_work that such a program queued is no program: nothing but irq_work_sync() waits for it.
//
// Source: syzbot, 2617fc732430968b45d2; 4e9077638301 (Linux 6.18, stable 6.1).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario freed_map;  // in catalogue.txt
const scenario freed_map{
    .name = "freed-map",
    .claim = "a map is not freed before the irq_work that is queued for it has run",
    .shape = "lifetime",
    .source = "https://syzkaller.appspot.com/bug?extid=2617fc732430968b45d2",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .needs = {need::freed_map},
    .threads = {{"cpu0",
                 [](world& w) {
                     w.produce(0xA);
                     w.put_map();
                 }},
                {"kworker", [](world& w) { w.free_map(); }}},
    .sometimes = {{"the map was freed",
                   [](const outcome& o) {
                       return o.threads[0].finished && o.threads[1].finished;
                   }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::assertion},
               {"libbpf kernel=6.19"}},
    .museum = {{.id = "D5",
                .symptom = "irq_work runs on a freed map",
                .broken = {"libbpf"},
                .repaired = {"libbpf kernel=6.19"},
                .status = upstream::fixed,
                .history =
                    "syzbot; 4e9077638301 (6.18; stable 6.1 and 6.12) waits with irq_work_sync() "
                    "before the map's memory is given back",
                .citation = "https://syzkaller.appspot.com/bug?extid=2617fc732430968b45d2"}},
};

}  // namespace ringsim::scenarios
