// lost-wakeup: an edge-triggered consumer sleeps through the last commit, seen through the header.
//
//   cpu0: bpf_ringbuf_submit(B)            user: ringbuf_process_ring(), epoll_wait()
//   xchg(&B->len, 8)                       smp_store_release(consumer_pos, B)
//   smp_load_acquire(consumer_pos)         smp_load_acquire(&B->len)
//
// Store buffering. xchg() is a full barrier, so cpu0 is ordered; user is not. When both loads
// return the old value, cpu0 sees a consumer that has not caught up and sends no wakeup, and user
// sees BUSY and sleeps. libbpf survives because its epoll set is level-triggered: the next
// epoll_wait() looks at the positions again.
//
// Source: "BPF ringbuf misses notifications due to improper coherence", bpf list, 13 June 2022;
// the path through the header: aya pull request 1598.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario lost_wakeup;  // in catalogue.txt
const scenario lost_wakeup{
    .name = "lost-wakeup",
    .claim = "a consumer never sleeps while a committed record waits",
    .shape = "SB",
    .source =
        "https://lore.kernel.org/bpf/"
        "CANqewP0cDTXVf1ekJTvaetB1DGkEKu56_H8dPjVQqxSvHfPziA@mail.gmail.com/",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup =
        [](world& w) {
            const record a = w.bpf_ringbuf_reserve(8);
            w.kept[1] = w.bpf_ringbuf_reserve(8);  // B is BUSY behind A
            w.write(a, 0xA);
            w.bpf_ringbuf_submit(a);  // the edge that wakes the consumer
        },
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 w.write(w.kept[1], 0xB);
                 w.bpf_ringbuf_submit(w.kept[1]);
             }},
            {"user",
             [](world& w) {
                 w.epoll_wait();
                 w.poll_until(2);
             }},
        },
    .sometimes =
        {
            {"user took B right after A",
             [](const outcome& o) { return o.threads[1].finished && o.threads[1].sleeps == 1; }},
            {"user slept again and was woken",
             [](const outcome& o) { return o.threads[1].finished && o.threads[1].sleeps > 1; }},
        },
    .expect =
        {
            {"libbpf", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
            {"libbpf", trigger::level},
            {"fenced", trigger::edge},
            {"seq_cst", trigger::edge},
            {"aya-0.12", trigger::edge, under_late_acquire, sim::violation::lost_notification},
            {"aya-0.14", trigger::edge},
            {"aya-0.12 consumer=aya-0.12", trigger::edge, under_late_acquire,
             sim::violation::lost_notification},
            {"aya-0.14 consumer=aya-0.14", trigger::edge},
            {"aya-0.14 consumer=aya-0.14 consumer.busy_fence=none", trigger::edge,
             under_weak_but_ldar, sim::violation::lost_notification},
            // A fence before producer_pos is looked at again comes too late for the next header,
            // unless a BUSY one leads back to it.
            {"libbpf-2026", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
            {"libbpf-2026", trigger::level},
            {"libbpf-2026 consumer=libbpf-2026-busy", trigger::edge},
            {"libbpf consumer=libbpf-2026-busy", trigger::edge, under_weak_but_ldar,
             sim::violation::lost_notification},
            {"generic", trigger::edge, under_weak, sim::violation::lost_notification},
            {"generic consumer=libbpf-async", trigger::edge},
            // It never sleeps at a BUSY record, so no order at the header can lose this wakeup.
            {"seq_cst consumer=cilium", trigger::edge},
            {"libbpf consumer=cilium", trigger::edge},
            {"fenced consumer.recheck_fence=acq_rel", trigger::edge, under_weak_but_arm,
             sim::violation::lost_notification},
            // xchg() is more than C++'s exchange. ddprof's ring has a release store here.
            {"fenced kernel.commit.xchg_header=store_release", trigger::edge, under_weak_but_arm,
             sim::violation::lost_notification},
            {"fenced kernel.commit.xchg_header=acq_rel", trigger::edge,
             under_languages | under_power, sim::violation::lost_notification},
            {"fenced kernel.commit.xchg_header=seq_cst", trigger::edge, under_rc11 | under_power,
             sim::violation::lost_notification},
            {"fenced kernel.commit.xchg_header=seq_cst kernel.commit.load_consumer_pos=seq_cst",
             trigger::edge},
            {"seq_cst kernel.commit.xchg_header=seq_cst", trigger::edge, under_rc11 | under_power,
             sim::violation::lost_notification},
            {"seq_cst kernel.commit.xchg_header=seq_cst kernel.commit.load_consumer_pos=seq_cst",
             trigger::edge},
            // Behind xchg() the acquire of consumer_pos orders nothing that is not ordered.
            {"fenced kernel.commit.load_consumer_pos=relaxed", trigger::edge},
            // ep->lock makes one step of the last look at the ready list and the wait.
            {"fenced wakeup=full kernel.eventpoll.lock=none", trigger::edge, under_all,
             sim::violation::lost_notification},
        },
    .museum =
        {
            {.id = "A2",
             .symptom = "sleeps over a record that was BUSY",
             .broken = {"libbpf"},
             .repaired = {"fenced"},
             .status = upstream::open,
             .history =
                 "the second way into A1, which a repair must cover too; aya does since June "
                 "2026",
             .citation = "https://github.com/aya-rs/aya/pull/1598"},
            {.id = "A20",
             .symptom = "the patch of 2026 and a BUSY record",
             .broken = {"libbpf-2026"},
             .repaired = {"libbpf-2026 consumer=libbpf-2026-busy"},
             .beside = {"libbpf-2026", trigger::edge, "lost-wakeup-late"},
             .status = upstream::open,
             .history = "the first repair of A1 that libbpf may take, a full barrier before "
                        "producer_pos is looked at again: it leaves the way through the header "
                        "open. A BUSY record that ends the inner loop only closes it, with no "
                        "further fence",
             .citation = "https://lkml.iu.edu/hypermail/linux/kernel/2606.2/07143.html",
             .by = evidence::verified},
            {.id = "A5",
             .symptom = "aya 0.12, through the BUSY header",
             .broken = {"aya-0.12 consumer=aya-0.12"},
             .repaired = {"aya-0.14 consumer=aya-0.14"},
             .seen_on = under_power,
             .status = upstream::fixed,
             .history = "June 2026 (0.14.0): a release store and fence(SeqCst) before producer_pos "
                        "or a BUSY header is looked at again",
             .citation = "https://github.com/aya-rs/aya/pull/1598"},
            {.id = "A8",
             .symptom = "commit by a release store (ddprof)",
             .broken = {"fenced kernel.commit.xchg_header=store_release"},
             .repaired = {"fenced"},
             .status = upstream::open,
             .history =
                 "DataDog/ddprof's port of August 2022 (include/ringbuffer_utils.hpp) stores "
                 "the header with release and then loads the reader's position; a poll "
                 "timeout of 10 ms covers for it",
             .citation = "https://github.com/DataDog/ddprof, 426b7f48",
             .by = evidence::verified},
        },
};

}  // namespace ringsim::scenarios
