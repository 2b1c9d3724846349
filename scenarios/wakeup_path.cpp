// What can happen to a wakeup on its way from irq_work_queue() to the thread in epoll_wait().
//
// coalesced: two CPUs ask for the same irq_work, and one interrupt answers both.
//
//   cpu0: irq_work_single()                      cpu1: bpf_ringbuf_submit(B), irq_work_queue()
//   flags &= ~PENDING                            xchg(&B->len, 8)
//   smp_mb()                                     fetch_or(flags, PENDING): still set, no interrupt
//   wake_up_all(); the woken user looks at B
//
// late-wakeup: a waiter whose timeout ends takes a wakeup with it that another one needed.
// false-negative: epoll_wait() with a timeout of 0 looks while another thread scans the list.
// two-rings: one epoll set, two rings, each wakes. Who asks for the events of both and looks at one
// loses the other's: an edge is told once.
//
// Sources: kernel/irq_work.c; fs/eventpoll.c; "epoll: check for events when removing a timed out
// thread from the wait queue" (Linux 5.11); "eventpoll: Fix epoll_wait() report false negative"
// (stable 6.12.97).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

// A poller that hands the wakeup on, as one would that answers through the same file.
void impatient(world& w) {
    w.me().seen[0] = w.epoll_wait(kernel::timeout::some);
    if (w.me().seen[0] != 0) w.produce(0xB, BPF_RB_FORCE_WAKEUP);
}

}  // namespace

extern const scenario coalesced;  // in catalogue.txt
extern const scenario late_wakeup;
extern const scenario false_negative;
extern const scenario two_rings;

const scenario coalesced{
    .name = "coalesced",
    .claim = "two wakeups that become one interrupt lose no record",
    .shape = "SB",
    .source = "irq_work_claim() and irq_work_single(), kernel/irq_work.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .setup =
        [](world& w) {
            w.kept[0] = w.bpf_ringbuf_reserve(8);
            w.kept[1] = w.bpf_ringbuf_reserve(8);
        },
    .threads = {{"cpu0",
                 [](world& w) {
                     w.write(w.kept[0], 0xA);
                     w.bpf_ringbuf_submit(w.kept[0], BPF_RB_FORCE_WAKEUP);
                 }},
                {"cpu1",
                 [](world& w) {
                     w.write(w.kept[1], 0xB);
                     w.bpf_ringbuf_submit(w.kept[1], BPF_RB_FORCE_WAKEUP);
                 }},
                {"user", [](world& w) { w.poll_until(2); }}},
    .sometimes = {{"user slept and was woken",
                   [](const outcome& o) {
                       return o.threads[2].finished && o.threads[2].sleeps > 0;
                   }}},
    .expect = {{"libbpf"},
               {"libbpf kernel.irq_work.barrier=none"},
               // Nothing between the clear of PENDING and the look is a full barrier now.
               {"libbpf kernel.irq_work.barrier=none kernel.epoll.lock_barrier=none", trigger::edge,
                under_languages | under_power, sim::violation::lost_notification},
               // The barrier by itself is enough.
               {"libbpf kernel.epoll.lock_barrier=none"}},
};

const scenario late_wakeup{
    .name = "late-wakeup",
    .claim = "a waiter whose timeout ends takes no wakeup away from another one",
    .shape = "epoll",
    .source = "fs/eventpoll.c, ep_poll(): abc610e01c66 (Linux 5.1), repaired in 5.11",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .threads = {{"cpu0", [](world& w) { w.produce(0xA); }},
                {"user0", impatient},
                {"user1", [](world& w) { w.epoll_wait(); }}},
    .sometimes =
        {{"user0 timed out",
          [](const outcome& o) { return o.threads[1].finished && o.threads[1].seen[0] == 0; }},
         {"user0 handed the wakeup on",
          [](const outcome& o) { return o.threads[1].finished && o.threads[1].seen[0] != 0; }}},
    .expect = {{"fenced kernel=5.8", trigger::edge, under_all, sim::violation::lost_notification},
               {"fenced kernel=5.13"},
               {"fenced"}},
    .museum = {{.id = "A17",
                .symptom = "a timeout swallows another's wakeup",
                .broken = {"fenced kernel=5.8"},
                .repaired = {"fenced kernel=5.13"},
                .status = upstream::fixed,
                .history = "since 5.1 (abc610e01c66), reported by Guantao Liu, repaired in 5.11 "
                           "and stable 5.10; false-negative shows the other one, which came in "
                           "5.11 and went in 7.2",
                .citation = "epoll: check for events when removing a timed out thread from the "
                            "wait queue (fs/eventpoll.c)"}},
};

const scenario false_negative{
    .name = "false-negative",
    .claim = "epoll_wait() with a timeout of 0 reports what is ready",
    .shape = "epoll",
    .source = "eventpoll: Fix epoll_wait() report false negative (stable 6.12.97)",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .setup = [](world& w) { w.produce(0xA); },
    .threads = {{"user0", [](world& w) { w.epoll_wait(); }},
                {"user1", [](world& w) { w.me().seen[0] = w.epoll_wait(kernel::timeout::zero); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[1].finished && o.threads[1].seen[0] == 0)
            return finding{sim::violation::assertion,
                           "epoll_wait() overlooks a ring that is ready"};
        return std::nullopt;
    },
    .sometimes = {{"user1 was told", [](const outcome& o) { return o.threads[1].seen[0] != 0; }}},
    .expect = {{"libbpf kernel=5.8", trigger::level},
               {"libbpf", trigger::level, under_all, sim::violation::assertion},
               {"libbpf kernel=7.2", trigger::level}},
};

const scenario two_rings{
    .name = "two-rings",
    .claim = "a ring wakes the one who waits for several",
    .shape = "epoll",
    .source = "ring_buffer__add(), ring_buffer__poll(), libbpf",
    .ring_bytes = 64,
    .rings = 2,
    .waits = wait_kind::in_full,
    .threads = {{"cpu0", [](world& w) { w.produce(0xA); }},
                {"cpu1",
                 [](world& w) {
                     w.use_ring(1);
                     w.produce(0xB);
                 }},
                {"user", [](world& w) { w.poll_until(2); }}},
    .sometimes = {{"user slept twice",
                   [](const outcome& o) {
                       return o.threads[2].finished && o.threads[2].sleeps > 1;
                   }}},
    .expect = {{"fenced"},
               {"libbpf", trigger::level},
               {"fenced consumer=first-event", trigger::edge, under_all,
                sim::violation::lost_notification},
               {"libbpf consumer=first-event", trigger::level}},
};

}  // namespace ringsim::scenarios
