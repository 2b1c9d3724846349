// oneshot: a consumer that is told once, with EPOLLONESHOT, and asks to be told again.
//
//   user: epoll_wait(), the ring is disabled       cpu0: submit(B)
//   ringbuf_process_ring()                         wake_up_all(): the item is disabled, no wakeup
//   epoll_ctl(EPOLL_CTL_MOD)
//     enables it; smp_mb(); asks the ring
//
// ep_modify() has what libbpf's edge-triggered consumer lacks: a full barrier between the store of
// consumer_pos and the next look, written on purpose and with a comment.
//
// oneshot-forgotten: without EPOLL_CTL_MOD nobody is told again.
//
// Source: ep_modify(), fs/eventpoll.c, Linux 6.12.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

template <bool EnablesAgain>
void consumer(world& w) {
    while (w.me().taken_count < 2) {
        w.epoll_wait();
        // EPOLL_CTL_MOD asks the ring, and so reports a BUSY record again and again.
        if (w.ring_buffer__consume() == 0 && EnablesAgain) w.consume_or_spin();
        if (EnablesAgain) w.epoll_ctl_mod();
    }
}

const std::vector<thread_body> producer_and(void (*user)(world&)) {
    return {{"cpu0",
             [](world& w) {
                 w.produce(0xA);
                 w.produce(0xB);
             }},
            {"user", user}};
}

}  // namespace

extern const scenario oneshot;  // in catalogue.txt
extern const scenario oneshot_forgotten;

const scenario oneshot{
    .name = "oneshot",
    .claim = "a consumer that enables its ring again misses nothing that came meanwhile",
    .shape = "SB",
    .source = "ep_modify(), fs/eventpoll.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .needs = {need::oneshot},
    .threads = producer_and(consumer<true>),
    .sometimes = {{"user slept twice",
                   [](const outcome& o) {
                       return o.threads[1].finished && o.threads[1].sleeps > 1;
                   }}},
    .expect = {{"libbpf"},
               {"libbpf kernel.epoll.lock_barrier=none"},
               {"libbpf kernel.epoll.lock_barrier=none kernel.eventpoll.modify_barrier=none",
                trigger::edge, under_weak, sim::violation::lost_notification}},
};

const scenario oneshot_forgotten{
    .name = "oneshot-forgotten",
    .claim = "a consumer need not enable its ring again (it must)",
    .shape = "epoll",
    .source = "epoll_ctl(2), EPOLLONESHOT",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .needs = {need::oneshot},
    .threads = producer_and(consumer<false>),
    .sometimes = {{"user took both at once",
                   [](const outcome& o) {
                       return o.threads[1].finished && o.threads[1].sleeps == 1;
                   }}},
    .expect = {{"fenced", trigger::edge, under_all, sim::violation::lost_notification}},
};

}  // namespace ringsim::scenarios
