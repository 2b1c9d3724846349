// The lost wakeup, way by way, and in calls that end early: what a fence once a pass is worth, and
// one before a return (the patch "libbpf: ringbuf: Prevent missed wakeups", June 2026).
//
// lost-wakeup-late: B is reserved behind the consumer's first look at producer_pos, so that only
// the way through producer_pos is open. The callback for A is what sets B off.
//
//   cpu0: bpf_ringbuf_reserve(), submit(B)    user: ringbuf_process_ring(), epoll_wait()
//                                             smp_load_acquire(producer_pos): end of A
//                                             the callback: what cpu0 waits for
//   smp_store_release(producer_pos, end of B)
//   xchg(&B->len, 8)                          smp_store_release(consumer_pos, B)
//   smp_load_acquire(consumer_pos)            smp_load_acquire(producer_pos)
//
// bounded-drain, callback-stops: the consumer takes one record a call, by a bound or because its
// callback says so, and calls until a call finds none. The second look is the next call's.
// bounded-drain-busy: the same where B is reserved, and BUSY, from the start.
//
// Source: https://lkml.iu.edu/hypermail/linux/kernel/2606.2/07143.html, which quotes the patch.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

constexpr std::string_view patch =
    "https://lkml.iu.edu/hypermail/linux/kernel/2606.2/07143.html, June 2026";

void a_was_reported(world& w) {
    w.produce(0xA, BPF_RB_NO_WAKEUP);
    w.was_reported();
}

void a_and_busy_b(world& w) {
    const record a = w.bpf_ringbuf_reserve(8);
    w.kept[1] = w.bpf_ringbuf_reserve(8);
    w.write(a, 0xA);
    w.bpf_ringbuf_submit(a, BPF_RB_NO_WAKEUP);
    w.was_reported();
}

void produce_b(world& w) {
    w.produce(0xB);
}

void submit_b(world& w) {
    w.write(w.kept[1], 0xB);
    w.bpf_ringbuf_submit(w.kept[1]);
}

// Calls until one finds nothing, and sleeps then, as the patch asks of a caller with a bound.
void take_one_a_call(world& w) {
    w.poll_in_calls(2, [](world& in) { return in.ring_buffer__consume(1); });
}

void stop_at_each(world& w) {
    w.poll_in_calls(2, [](world& in) { return in.ring_buffer__consume_stopping(); });
}

const std::vector<sometimes_condition> drain_reached{
    {"user took B right after A",
     [](const outcome& o) { return o.threads[1].finished && o.threads[1].sleeps == 0; }},
    {"user slept and was woken",
     [](const outcome& o) { return o.threads[1].finished && o.threads[1].sleeps > 0; }},
};

}  // namespace

extern const scenario lost_wakeup_late;  // in catalogue.txt
extern const scenario bounded_drain;
extern const scenario bounded_drain_busy;
extern const scenario callback_stops;

const scenario lost_wakeup_late{
    .name = "lost-wakeup-late",
    .claim = "a consumer never sleeps over a record that came behind its first look",
    .shape = "SB",
    .source = patch,
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .needs = {need::signal},
    .setup = a_was_reported,
    .threads = {{"cpu0",
                 [](world& w) {
                     w.wait_for_signal();
                     produce_b(w);
                 }},
                {"user",
                 [](world& w) {
                     w.in_callback([](world& in) { in.set_signal(); });
                     w.poll_until(2);
                 }}},
    .sometimes = drain_reached,
    .expect = {{"libbpf", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
               {"libbpf-2026"},
               {"libbpf-2026 consumer=libbpf-2026-busy"},
               {"fenced"},
               {"libbpf-2026 consumer.reload_fence=none", trigger::edge, under_weak_but_ldar,
                sim::violation::lost_notification},
               {"libbpf-2026 consumer.reload_fence=acq_rel", trigger::edge, under_weak_but_arm,
                sim::violation::lost_notification},
               {"libbpf-2026 consumer.return_fence=none"}},
};

const scenario bounded_drain{
    .name = "bounded-drain",
    .claim = "a consumer that takes one record a call may sleep once a call finds none",
    .shape = "SB",
    .source = patch,
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup = a_was_reported,
    .threads = {{"cpu0", produce_b}, {"user", take_one_a_call}},
    .sometimes = drain_reached,
    .expect = {{"libbpf", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
               {"libbpf", trigger::level},
               {"libbpf-2026"},
               {"libbpf-2026", trigger::level},
               {"libbpf-2026 consumer=libbpf-2026-busy"},
               {"fenced"},
               {"libbpf-2026 consumer.return_fence=none", trigger::edge, under_weak_but_ldar,
                sim::violation::lost_notification},
               {"libbpf-2026 consumer.reload_fence=none"}},
};

const scenario bounded_drain_busy{
    .name = "bounded-drain-busy",
    .claim = "the same over a record that was BUSY when the first call looked",
    .shape = "SB",
    .source = patch,
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup = a_and_busy_b,
    .threads = {{"cpu0", submit_b}, {"user", take_one_a_call}},
    .sometimes = drain_reached,
    .expect = {{"libbpf", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
               {"libbpf", trigger::level},
               {"libbpf-2026"},
               {"libbpf-2026", trigger::level},
               {"libbpf-2026 consumer=libbpf-2026-busy"},
               {"libbpf-2026 consumer.return_fence=none", trigger::edge, under_weak_but_ldar,
                sim::violation::lost_notification}},
};

const scenario callback_stops{
    .name = "callback-stops",
    .claim = "a consumer whose callback ends each call may sleep once a call finds none",
    .shape = "SB",
    .source = patch,
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup = a_was_reported,
    .threads = {{"cpu0", produce_b}, {"user", stop_at_each}},
    .sometimes = drain_reached,
    .expect = {{"libbpf", trigger::edge, under_weak_but_ldar, sim::violation::lost_notification},
               {"libbpf", trigger::level},
               {"libbpf-2026"},
               {"libbpf-2026", trigger::level},
               {"libbpf-2026 consumer.return_fence=none", trigger::edge, under_weak_but_ldar,
                sim::violation::lost_notification}},
};

}  // namespace ringsim::scenarios
