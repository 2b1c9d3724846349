// lost-wakeup-prod: the same sleep through the last commit, seen through producer_pos.
//
//   cpu0: bpf_ringbuf_reserve(), submit(B)    user: ringbuf_process_ring(), epoll_wait()
//   smp_store_release(producer_pos, end of B)
//   xchg(&B->len, 8)                          smp_store_release(consumer_pos, B)
//   smp_load_acquire(consumer_pos)            smp_load_acquire(producer_pos)
//
// Store buffering again, but B is reserved and committed after the consumer's last look, so the
// load that may be stale is that of producer_pos. A fix must cover this one as well as the header.
// With a level trigger epoll_wait() looks at the positions once more, behind a barrier that nobody
// wrote: take the barrier away and the level trigger loses the wakeup too.
//
// Source: "BPF ringbuf misses notifications due to improper coherence", bpf list, 13 June 2022.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario lost_wakeup_prod;  // in catalogue.txt
const scenario lost_wakeup_prod{
    .name = "lost-wakeup-prod",
    .claim = "a consumer never sleeps while a record that was reserved later waits",
    .shape = "SB",
    .source =
        "https://lore.kernel.org/bpf/"
        "CANqewP0cDTXVf1ekJTvaetB1DGkEKu56_H8dPjVQqxSvHfPziA@mail.gmail.com/",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    // The consumer is awake: the wakeup for A is behind it.
    .setup =
        [](world& w) {
            w.produce(0xA, BPF_RB_NO_WAKEUP);
            w.was_reported();
        },
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xB); }},
            {"user", [](world& w) { w.poll_until(2); }},
        },
    .sometimes =
        {
            {"user took B right after A",
             [](const outcome& o) { return o.threads[1].finished && o.threads[1].sleeps == 0; }},
            {"user slept and was woken",
             [](const outcome& o) { return o.threads[1].finished && o.threads[1].sleeps > 0; }},
        },
    .expect =
        {
            {"libbpf", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
            {"libbpf", trigger::level},
            {"fenced", trigger::edge},
            // Through the header, where B was reserved before the first look and committed later.
            {"libbpf-2026", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
            {"libbpf-2026", trigger::level},
            {"libbpf-2026 consumer=libbpf-2026-busy", trigger::edge},
            {"libbpf consumer.store_consumer_pos=seq_cst", trigger::edge, under_late_acquire,
             sim::violation::lost_notification},
            {"seq_cst", trigger::edge},
            {"aya-0.12", trigger::edge, under_late_acquire, sim::violation::lost_notification},
            {"aya-0.14", trigger::edge},
            {"aya-0.12 consumer=aya-0.12", trigger::edge, under_late_acquire,
             sim::violation::lost_notification},
            {"aya-0.14 consumer=aya-0.14", trigger::edge},
            {"aya-0.14 consumer=aya-0.14 consumer.recheck_fence=none", trigger::edge,
             under_weak_but_ldar, sim::violation::lost_notification},
            // A fence before the store is not one behind it; a loop that has both is safe.
            {"generic", trigger::edge, under_weak, sim::violation::lost_notification},
            {"generic", trigger::level},
            {"generic consumer=libbpf-async", trigger::edge},
            {"seq_cst consumer=cilium", trigger::edge},
            {"seq_cst consumer=cilium", trigger::level},
            {"libbpf consumer=cilium", trigger::edge, under_weak_but_ldar,
             sim::violation::lost_notification},
            // The barrier in epoll_wait() is what the level trigger lives on.
            {"libbpf kernel.epoll.lock_barrier=none", trigger::level, under_weak_but_arm,
             sim::violation::lost_notification},
            {"libbpf kernel.epoll.lock_barrier=acq_rel", trigger::level, under_weak_but_arm,
             sim::violation::lost_notification},
            // In full: the locks alone. Taking one is a full barrier on x86-64; on Arm dropping one
            // is a store-release, and the look behind it a load-acquire.
            {"libbpf wakeup=full kernel.epoll.lock_barrier=none", trigger::level,
             under_weak_but_arm & ~under_tso, sim::violation::lost_notification},
            {"fenced consumer.recheck_fence=acq_rel", trigger::edge, under_weak_but_arm,
             sim::violation::lost_notification},
            // xchg() is more than C++'s exchange: seq_cst needs company to replace its barriers.
            {"fenced kernel.commit.xchg_header=store_release", trigger::edge, under_weak_but_arm,
             sim::violation::lost_notification},
            // Under power through the header: reserved before the last look, committed after it.
            {"fenced kernel.commit.xchg_header=seq_cst", trigger::edge, under_rc11 | under_power,
             sim::violation::lost_notification},
            {"fenced kernel.commit.xchg_header=seq_cst kernel.commit.load_consumer_pos=seq_cst",
             trigger::edge, under_rc11, sim::violation::lost_notification},
            {"fenced kernel.commit.xchg_header=seq_cst kernel.commit.load_consumer_pos=seq_cst "
             "kernel.reserve.store_producer_pos=seq_cst",
             trigger::edge},
            {"seq_cst kernel.commit.xchg_header=seq_cst kernel.commit.load_consumer_pos=seq_cst",
             trigger::edge, under_rc11, sim::violation::lost_notification},
            {"seq_cst kernel.commit.xchg_header=seq_cst kernel.commit.load_consumer_pos=seq_cst "
             "kernel.reserve.store_producer_pos=seq_cst",
             trigger::edge},
        },
    .museum =
        {
            {.id = "A6",
             .symptom = "generic barriers: fence in front",
             .broken = {"generic"},
             .repaired = {"fenced"},
             .seen_on = under_armv8,
             .status = upstream::open,
             .history = "GitHub's libbpf on machines other than x86 fences before the store and "
                        "behind the loads, and so not between; its level trigger covers for it",
             .citation = "https://github.com/libbpf/libbpf, include/linux/compiler.h",
             .by = evidence::verified},
            {.id = "A7",
             .symptom = "libbpf-async: a misplaced fence? No",
             .broken = {"generic consumer=libbpf-async"},
             .repaired = {},
             .beside = {"generic consumer=libbpf-async", trigger::edge, "lost-wakeup"},
             .status = upstream::never,
             .history =
                 "the fence before the store is not the one that counts; the next turn of the "
                 "loop begins with another one",
             .citation = "https://github.com/fujita/libbpf-async, 7af1968",
             .by = evidence::refuted},
            {.id = "A1",
             .symptom = "sleeps over a record reserved later",
             .broken = {"libbpf"},
             .repaired = {"fenced"},
             .status = upstream::open,
             .history =
                 "Tatsuyuki Ishi, June 2022; libbpf keeps the release store and lives on its "
                 "level trigger, to this day",
             .citation = "https://lore.kernel.org/bpf/"
                         "CANqewP0cDTXVf1ekJTvaetB1DGkEKu56_H8dPjVQqxSvHfPziA@mail.gmail.com/"},
            {.id = "A3",
             .symptom = "libbpf: a seq_cst store and EPOLLET",
             .broken = {"libbpf consumer.store_consumer_pos=seq_cst"},
             .repaired = {"fenced"},
             .status = upstream::closed,
             .history =
                 "Andrew Werner, July 2023; closed without a word on why. On x86-64 the store "
                 "is an xchg and enough; C++ asks for the fence",
             .citation = "https://github.com/kernel-patches/bpf/pull/5363"},
            {.id = "A4",
             .symptom = "aya: seq_cst store, acquire loads",
             .broken = {"aya-0.12 consumer=aya-0.12"},
             .repaired = {"aya-0.14 consumer=aya-0.14"},
             .status = upstream::fixed,
             .history = "merged in July 2023 (0.12.0) against hangs with a weaker store; right on "
                        "x86-64 and with LDAR, by grace of the mapping; repaired by A5",
             .citation = "https://github.com/aya-rs/aya/pull/629"},
        },
};

}  // namespace ringsim::scenarios
