// discard: a discarded record is never handed out, and the consumer goes on behind it.
//
//   cpu0: discard(A), reserve(B), submit(B)        user: ringbuf_process_ring()
//   xchg(&A->len, 8 | DISCARD)                     smp_load_acquire(&A->len): skip
//   B->len = 8 | BUSY                              smp_store_release(consumer_pos, B)
//   smp_store_release(producer_pos, end of B)      smp_load_acquire(producer_pos)
//   xchg(&B->len, 8)                               smp_load_acquire(&B->len): take
//
// The ring has been around once, and a record was discarded then in the place that B takes now. Who
// looks at B's header without having seen it written finds DISCARD there, and skips a record that
// was submitted: it is lost.
//
// Source: bpf_ringbuf_discard(); consumers that got stuck on discards or handed them out: falco
// libs 5560701a4, libbpf-async 93dcfa7.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario discard;  // in catalogue.txt
const scenario discard{
    .name = "discard",
    .claim = "a discarded record is skipped, and no other one is",
    .shape = "MP",
    .source = "bpf_ringbuf_discard(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 32,
    .setup =
        [](world& w) {
            w.bpf_ringbuf_discard(w.bpf_ringbuf_reserve(8));  // where B will be
            w.ring_buffer__consume();
            w.kept[0] = w.bpf_ringbuf_reserve(8);  // A
        },
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 w.bpf_ringbuf_discard(w.kept[0]);
                 w.produce(0xB);
             }},
            {"user",
             [](world& w) {
                 w.ring_buffer__consume();
                 w.ring_buffer__consume();
                 w.ring_buffer__consume();
             }},
        },
    .sometimes =
        {
            {"user skipped A and took B",
             [](const outcome& o) { return o.threads[1].taken_count == 1; }},
            {"user skipped A and came too early for B",
             [](const outcome& o) {
                 return o.threads[1].taken_count == 0 && o.rings[0].consumer_pos == 32;
             }},
        },
    .expect =
        {
            {"libbpf"},
            {"fenced"},
            {"seq_cst"},
            {"aya-0.14 consumer=aya-0.14"},
            {"seq_cst consumer=cilium"},
            {"libbpf kernel.reserve.store_header=relaxed "
             "kernel.reserve.store_producer_pos=relaxed",
             trigger::edge, under_relaxed, sim::violation::lost_record},
            {"libbpf kernel.reserve.store_header=relaxed consumer.load_producer_pos=relaxed",
             trigger::edge, under_relaxed, sim::violation::lost_record},
        },
};

}  // namespace ringsim::scenarios
