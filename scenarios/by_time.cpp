// polled-by-time: every record is committed with NO_WAKEUP, and the consumer calls
// ring_buffer__poll() with a timeout, again and again.
//
//   cpu0: submit(A, BPF_RB_NO_WAKEUP)       user: epoll_wait(timeout): 0 events
//                                                 for each event: consume   (there is none)
//
// ring_buffer__poll() consumes the rings that epoll reports and no other, so what wakes nobody is
// never consumed, however often the timeout passes. consumed-by-time: ring_buffer__consume() looks
// at the ring itself; nothing is lost then, and no order matters for a wakeup that nobody sends.
//
// Source: ring_buffer__poll(), libbpf 1.5; consumers that poll by time: cephtrace 188.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void silently(world& w) {
    w.produce(0xA, BPF_RB_NO_WAKEUP);
}

std::optional<finding> missed(const outcome& o) {
    if (o.threads[1].finished && o.threads[1].taken_count == 0)
        return finding{sim::violation::lost_notification,
                       "the timeout passes twice over a committed record"};
    return std::nullopt;
}

// ring_buffer__poll(timeout), twice; or ring_buffer__consume() each time the timeout passed.
template <bool Consumes>
void look_twice(world& w) {
    for (int i = 0; i < 2; ++i)
        if (w.epoll_wait(kernel::timeout::some) != 0 || Consumes) w.ring_buffer__consume();
}

}  // namespace

extern const scenario polled_by_time;  // in catalogue.txt
extern const scenario consumed_by_time;

const scenario polled_by_time{
    .name = "polled-by-time",
    .claim = "poll() with a timeout finds what was committed with NO_WAKEUP (it does not)",
    .shape = "epoll",
    .source = "ring_buffer__poll(), tools/lib/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .setup = silently,
    .threads = {{"cpu0", silently}, {"user", look_twice<false>}},
    .always = missed,
    .sometimes = {{"both timeouts passed", [](const outcome& o) { return o.threads[1].finished; }}},
    .expect = {{"libbpf", trigger::level, under_all, sim::violation::lost_notification}},
};

const scenario consumed_by_time{
    .name = "consumed-by-time",
    .claim = "consume() on a timer finds what was committed with NO_WAKEUP",
    .shape = "epoll",
    .source = "ring_buffer__consume(), tools/lib/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .setup = silently,
    .threads = {{"cpu0", silently}, {"user", look_twice<true>}},
    .always = missed,
    .sometimes = {{"user took both",
                   [](const outcome& o) { return o.threads[1].taken_count == 2; }}},
    .expect = {{"libbpf", trigger::level}},
    .museum = {{.id = "A22",
                .symptom = "polls by time, NO_WAKEUP everywhere",
                .broken = {"libbpf", trigger::level, "polled-by-time"},
                .repaired = {"libbpf", trigger::level},
                .status = upstream::by_design,
                .history = "programs that save the wakeups and poll with a timeout (10 ms in "
                           "cephtrace): poll() consumes what epoll reports, and nothing is ever "
                           "reported; consume() looks at the ring",
                .citation = "ring_buffer__poll(), tools/lib/bpf/ringbuf.c",
                .by = evidence::verified}},
};

}  // namespace ringsim::scenarios
