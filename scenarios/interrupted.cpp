// A producer that interrupts another one on the same CPU, between the lock and the unlock. The lock
// is taken with interrupts off, so what comes there is an NMI, or a program on a tracepoint of the
// lock itself.
//
//   cpu0: bpf_ringbuf_reserve(A)
//     lock
//     --> tracepoint or NMI: bpf_ringbuf_reserve(B) on the same ring
//           spin_lock(): waits for the code that it interrupted, for ever
//           spin_trylock() (5.8 to 6.14, NMI): fails, B is dropped
//           raw_res_spin_lock() (6.15): notices, fails, B is dropped
//     unlock
//
// nmi-contended: in an NMI the trylock fails also while another CPU holds the lock, which is the
// usual case; the resilient lock waits for it.
//
// nmi-at-lock: raw_res_spin_lock() notices by a table of the locks that its CPU holds. Until 6.19
// the table was written behind the lock word, and an NMI between the two waited for its own CPU.
//
// Source: syzbot, 2024 (a program on the contention_end tracepoint); a650d38915c1 (Linux 6.15).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void produce_in_interrupt(world& w) {
    w.produce(0xB);
}

const std::vector<thread_body> interrupt_threads{
    {"cpu0", [](world& w) { w.produce(0xA); }},
    {"device", [](world& w) { w.raise_interrupt(); }},
};

const std::vector<sometimes_condition> interrupt_reached{
    {"the interrupt found the lock free, or failed",
     [](const outcome& o) {
         return o.threads[0].finished &&
                o.threads[0].made_count + o.threads[0].reservations_failed == 2;
     }},
    {"no interrupt came", [](const outcome& o) {
         return o.threads[0].finished && o.threads[0].made_count == 1 &&
                o.threads[0].reservations_failed == 0;
     }}};

template <unsigned Thread>
std::optional<finding> dropped(const outcome& o) {
    if (o.threads[Thread].reservations_failed > 0)
        return finding{sim::violation::lost_record, "a record is dropped, and the ring has room"};
    return std::nullopt;
}

}  // namespace

extern const scenario nested_producer;  // in catalogue.txt
extern const scenario nmi_producer;
extern const scenario nmi_contended;
extern const scenario nmi_at_lock;

const scenario nested_producer{
    .name = "nested-producer",
    .claim = "a producer that runs inside another one on its CPU does not hang",
    .shape = "lock",
    .source = "https://syzkaller.appspot.com/bug?extid=850aaf14624dc0c6d366",
    .ring_bytes = 64,
    .threads = interrupt_threads,
    .interrupt = produce_in_interrupt,
    .sometimes = interrupt_reached,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::deadlock},
               {"libbpf kernel=5.8", trigger::edge, under_all, sim::violation::deadlock},
               {"libbpf kernel=6.15"},
               {"libbpf kernel=7.3"}},
    .museum = {{.id = "D1",
                .symptom = "a producer inside a producer hangs",
                .broken = {"libbpf"},
                .repaired = {"libbpf kernel=6.15"},
                .status = upstream::fixed,
                .history = "syzbot, 2024: a program on a tracepoint of the lock itself; since 6.15 "
                           "the lock notices and the inner reservation fails",
                .citation = "https://syzkaller.appspot.com/bug?extid=850aaf14624dc0c6d366"}},
};

const scenario nmi_producer{
    .name = "nmi-producer",
    .claim = "a producer in an NMI gets its record though its CPU holds the lock (it does not)",
    .shape = "lock",
    .source = "__bpf_ringbuf_reserve(), Linux 6.12",
    .ring_bytes = 64,
    .needs = {need::nmi},
    .threads = interrupt_threads,
    .interrupt = produce_in_interrupt,
    .always = dropped<0>,
    .sometimes = interrupt_reached,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_record},
               {"libbpf kernel=5.8", trigger::edge, under_all, sim::violation::lost_record},
               {"libbpf kernel=6.15", trigger::edge, under_all, sim::violation::lost_record}},
    .museum = {{.id = "D2",
                .symptom = "a record from an NMI is dropped",
                .broken = {"libbpf"},
                .repaired = {},
                .status = upstream::by_design,
                .history = "spin_trylock() in an NMI from 5.8 to 6.14, which fails whoever holds "
                           "the lock (nmi-contended); the resilient lock since, which fails for "
                           "its own CPU's: the program gets NULL and nobody counts it",
                .citation = "__bpf_ringbuf_reserve(), kernel/bpf/ringbuf.c"}},
};

const scenario nmi_contended{
    .name = "nmi-contended",
    .claim = "a producer in an NMI gets its record though another CPU holds the lock",
    .shape = "lock",
    .source = "__bpf_ringbuf_reserve(), Linux 6.12 and 6.15",
    .ring_bytes = 64,
    .threads = {{"cpu0", [](world& w) { w.produce(0xA); }},
                {"cpu1",
                 [](world& w) {
                     w.nmi(true);
                     w.produce(0xB);
                     w.nmi(false);
                 }}},
    .always = dropped<1>,
    .sometimes = {{"both got their records",
                   [](const outcome& o) {
                       return o.threads[0].made_count == 1 && o.threads[1].made_count == 1;
                   }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_record},
               {"libbpf kernel=6.15"},
               {"libbpf kernel=7.3"}},
};

const scenario nmi_at_lock{
    .name = "nmi-at-lock",
    .claim = "an NMI that comes while the lock is taken does not wait for its own CPU",
    .shape = "lock",
    .source = "https://lore.kernel.org/bpf/20251128232802.1031906-1-memxor@gmail.com/",
    .ring_bytes = 64,
    .needs = {need::nmi, need::nmi_at_lock},
    .threads = interrupt_threads,
    .interrupt = produce_in_interrupt,
    .sometimes = interrupt_reached,
    .expect = {{"libbpf kernel=6.15", trigger::edge, under_all, sim::violation::deadlock},
               {"libbpf kernel=6.19"}},
    .museum = {{.id = "D3",
                .symptom = "an NMI at the lock freezes 250 ms",
                .broken = {"libbpf kernel=6.15"},
                .repaired = {"libbpf kernel=6.19"},
                .status = upstream::fixed,
                .history = "Ritesh Oedayrajsingh Varma, November 2025: an NMI between the lock "
                           "word and the table of held locks waited until the timeout of the lock, "
                           "here for ever; beb7021a6003 writes the table first",
                .citation =
                    "https://lore.kernel.org/bpf/20251128232802.1031906-1-memxor@gmail.com/"}},
};

}  // namespace ringsim::scenarios
