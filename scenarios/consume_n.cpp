// ring_buffer__consume_n() over two rings.
//
// consume-none: asked for no record, it gives one of the first ring and all of the second.
//
//   ringbuf_process_ring(ring 0, n = 0): one record, then cnt >= n
//   n -= 1: the largest number there is
//   ringbuf_process_ring(ring 1, n): all
//
// consume-first: it begins with the first ring each time; the second one waits while there is
// something in the first.
//
// Source: tools/lib/bpf/ringbuf.c, libbpf 1.5.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void one_record_each(world& w) {
    w.produce(0xA);
    w.use_ring(1);
    w.produce(0xB);
}

unsigned taken_of_second(const outcome& o) {
    unsigned count = 0;
    for (const taken_record& taken : o.threads[1].records_taken()) count += taken.ring == 1;
    return count;
}

}  // namespace

extern const scenario consume_none;  // in catalogue.txt
extern const scenario consume_first;

const scenario consume_none{
    .name = "consume-none",
    .claim = "a consumer that asks for no record is given none (it is given some)",
    .shape = "state",
    .source = "ring_buffer__consume_n(), libbpf 1.5",
    .ring_bytes = 64,
    .rings = 2,
    .setup = one_record_each,
    .threads = {{"cpu1",
                 [](world& w) {
                     w.use_ring(1);
                     w.produce(0xC);
                 }},
                {"user", [](world& w) { w.ring_buffer__consume_n(0); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[1].taken_count > 0)
            return finding{sim::violation::assertion, "records for a consumer that asked for none"};
        return std::nullopt;
    },
    .sometimes = {{"user was given all of the second ring",
                   [](const outcome& o) { return taken_of_second(o) == 2; }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::assertion}},
};

const scenario consume_first{
    .name = "consume-first",
    .claim = "of two rings none is served twice while the other waits (the first one is)",
    .shape = "state",
    .source = "ring_buffer__consume_n(), libbpf 1.5",
    .ring_bytes = 64,
    .rings = 2,
    .setup = one_record_each,
    .threads = {{"cpu0", [](world& w) { w.produce(0xC); }},
                {"user",
                 [](world& w) {
                     w.ring_buffer__consume_n(1);
                     w.ring_buffer__consume_n(1);
                 }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[1].finished && taken_of_second(o) == 0)
            return finding{sim::violation::assertion, "a ring is passed over for another one"};
        return std::nullopt;
    },
    .sometimes = {{"user took one of each",
                   [](const outcome& o) {
                       return o.threads[1].taken_count == 2 && taken_of_second(o) == 1;
                   }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::assertion}},
};

}  // namespace ringsim::scenarios
