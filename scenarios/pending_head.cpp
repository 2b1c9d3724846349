// pending-head: a record that stays reserved holds up everything behind it.
//
//   setup: reserve(A), never committed
//   cpu0: submit(B)                                  user: ringbuf_process_ring()
//   consumer_pos is A, not B: no wakeup              &A->len is BUSY: stop
//                                                    epoll_wait()
//
// With a level trigger epoll_wait() returns at once, because producer_pos is ahead of consumer_pos,
// the consumer finds BUSY and asks again: it spins for as long as A stays reserved. With an edge
// trigger it sleeps, and only A's commit would wake it. Neither is a bug of the protocol: the
// consumer takes records in order.
//
// Source: Documentation/bpf/ringbuf.rst, on records that become available in order of reservation.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario pending_head;  // in catalogue.txt
const scenario pending_head{
    .name = "pending-head",
    .claim = "a record that stays reserved does not hold up those behind it (it does, by design)",
    .shape = "order",
    .source = "Documentation/bpf/ringbuf.rst",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .setup =
        [](world& w) {
            w.bpf_ringbuf_reserve(8);
            w.was_reported();
        },
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xB); }},
            {"user", [](world& w) { w.poll_until(1); }},
        },
    .sometimes = {{"user slept", [](const outcome& o) { return o.threads[1].sleeps > 0; }}},
    .expect =
        {
            {"libbpf", trigger::level, under_all, sim::violation::busy_spin},
            {"libbpf", trigger::edge, under_all, sim::violation::deadlock},
            {"fenced", trigger::edge, under_all, sim::violation::deadlock},
        },
    .museum = {{.id = "A13",
                .symptom = "epoll spins behind a BUSY record",
                .broken = {"libbpf", trigger::level},
                .repaired = {},
                .status = upstream::by_design,
                .history = "the poll reports bytes that cannot be taken yet; head-of-line blocking "
                           "is documented, the spinning is not",
                .citation = "Documentation/bpf/ringbuf.rst"}},
};

}  // namespace ringsim::scenarios
