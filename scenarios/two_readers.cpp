// two-readers: two threads that consume one ring take the same record twice.
//
//   user0: ringbuf_process_ring()               user1: ringbuf_process_ring()
//   smp_load_acquire(consumer_pos)              smp_load_acquire(consumer_pos)
//   take A                                      take A
//   smp_store_release(consumer_pos, B)          smp_store_release(consumer_pos, B)
//
// consumer_pos is read and written without a lock, for one consumer. Two need a lock around
// ring_buffer__poll() and ring_buffer__consume(); no memory order helps.
//
// Source: ringbuf_process_ring() of libbpf, Linux 6.12.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario two_readers;  // in catalogue.txt
const scenario two_readers{
    .name = "two-readers",
    .claim = "two threads may consume one ring (they may not)",
    .shape = "lost update",
    .source = "tools/lib/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .setup =
        [](world& w) {
            w.produce(0xA);
            w.produce(0xB);
        },
    .threads =
        {
            {"user0", [](world& w) { w.ring_buffer__consume(1); }},
            {"user1", [](world& w) { w.ring_buffer__consume(1); }},
        },
    .sometimes = {{"each took one of its own",
                   [](const outcome& o) {
                       return o.threads[0].taken_count == 1 && o.threads[1].taken_count == 1 &&
                              o.threads[0].taken[0].pos != o.threads[1].taken[0].pos;
                   }}},
    .expect =
        {
            {"libbpf", trigger::edge, under_all, sim::violation::out_of_order_record},
            {"seq_cst", trigger::edge, under_all, sim::violation::out_of_order_record},
        },
};

}  // namespace ringsim::scenarios
