// no-wakeup: one record with BPF_RB_NO_WAKEUP silences all that come after it.
//
//   cpu0: submit(A, BPF_RB_NO_WAKEUP), submit(B)         user: asleep on an empty ring
//   xchg(&A->len, 8), no wakeup: asked for               epoll_wait()
//   xchg(&B->len, 8)
//   consumer_pos is A, not B: no wakeup
//
// No reordering is needed. The kernel wakes the consumer for the record that it has caught up with,
// and nobody told it about A; whoever uses NO_WAKEUP must use BPF_RB_FORCE_WAKEUP on the last
// record of the batch (scenario force-wakeup). A level trigger does not help: the ring was empty
// when the consumer went to sleep, and nothing puts it back on epoll's ready list.
//
// Source: the comment in tools/testing/selftests/bpf/prog_tests/ringbuf.c on notifications that do
// not come "because consumer is now behind".
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void wait_for_two(world& w) {
    w.poll_until(2);
}

}  // namespace

extern const scenario no_wakeup;  // in catalogue.txt
extern const scenario force_wakeup;

const scenario no_wakeup{
    .name = "no-wakeup",
    .claim = "a record behind one with NO_WAKEUP wakes the consumer (it does not, by design)",
    .shape = "flags",
    .source = "tools/testing/selftests/bpf/prog_tests/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 w.produce(0xA, BPF_RB_NO_WAKEUP);
                 w.produce(0xB);
             }},
            {"user", wait_for_two},
        },
    .sometimes = {{"user was awake for both",
                   [](const outcome& o) { return o.threads[1].taken_count == 2; }}},
    .expect =
        {
            {"libbpf", trigger::edge, under_all, sim::violation::lost_notification},
            {"libbpf", trigger::level, under_all, sim::violation::lost_notification},
            {"fenced", trigger::edge, under_all, sim::violation::lost_notification},
            {"seq_cst", trigger::edge, under_all, sim::violation::lost_notification},
        },
    .museum = {{.id = "A9",
                .symptom = "a record behind NO_WAKEUP is silent",
                .broken = {"libbpf", trigger::level},
                .repaired = {"libbpf", trigger::level, "force-wakeup"},
                .status = upstream::by_design,
                .history = "documented by a comment in a selftest only; the last record of a batch "
                           "needs FORCE_WAKEUP",
                .citation = "tools/testing/selftests/bpf/prog_tests/ringbuf.c"}},
};

const scenario force_wakeup{
    .name = "force-wakeup",
    .claim = "FORCE_WAKEUP on the last record makes up for NO_WAKEUP on those before it",
    .shape = "flags",
    .source = "tools/testing/selftests/bpf/prog_tests/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 w.produce(0xA, BPF_RB_NO_WAKEUP);
                 w.produce(0xB, BPF_RB_FORCE_WAKEUP);
             }},
            {"user", wait_for_two},
        },
    .sometimes = {{"user slept and was woken",
                   [](const outcome& o) {
                       return o.threads[1].sleeps > 0 && o.threads[1].finished;
                   }}},
    .expect =
        {
            // The edge is set behind the commit whatever consumer_pos is: no order is needed.
            {"libbpf", trigger::edge},
            {"libbpf", trigger::level},
            {"fenced", trigger::edge},
            {"seq_cst", trigger::edge},
            // Behind xchg(), a full barrier, the edge need not release anything itself.
            {"libbpf kernel.notify.set=relaxed", trigger::edge},
            {"libbpf kernel.commit.xchg_header=release kernel.notify.set=relaxed", trigger::edge,
             under_languages, sim::violation::lost_notification},
            // On Power whoever wakes has branched on what it took, and the isync of the next
            // acquiring load stands behind that branch.
            {"libbpf kernel.notify.take=relaxed", trigger::edge,
             under_relaxed & ~(under_riscv | under_power), sim::violation::lost_notification},
        },
};

}  // namespace ringsim::scenarios
