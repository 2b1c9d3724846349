// wrapped-pending, wrapped-consumer: positions that have gone through their whole range.
//
//   kernel: pend_pos = 0xf0, prod_pos = 0x30         libbpf: cons_pos = 0xf0, prod_pos = 0x00
//   while (pend_pos < prod_pos): never again         while (cons_pos < prod_pos): never again
//   new_prod_pos - pend_pos > mask: no room          a committed record is not looked at
//
// On 32 bits this takes four gigabytes of records; with positions of eight bits it takes four
// records. The distance of two positions is right on both sides of the wrap, their order is not.
//
// Source: "bpf: Fix pending_pos walk on 32-bit ring position wrap" (7.2; stable 6.1.188, 6.12.110)
// and "libbpf: Fix ring buffer consumer loop on 32-bit position wrap" (7.3; stable 6.12.117).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

std::optional<finding> refused_for_nothing(const outcome& o) {
    if (o.setup.reservations_failed + o.threads[0].reservations_failed > 0)
        return finding{sim::violation::lost_record, "a record is refused and the ring is empty"};
    return std::nullopt;
}

}  // namespace

extern const scenario wrapped_pending;  // in catalogue.txt
extern const scenario wrapped_consumer;

const scenario wrapped_pending{
    .name = "wrapped-pending",
    .claim = "an empty ring has room, however many records it has carried",
    .shape = "wrap",
    .source = "bpf: Fix pending_pos walk on 32-bit ring position wrap",
    .ring_bytes = 64,
    .start = 0xFFFF'FFF0,
    .setup =
        [](world& w) {
            for (unsigned i = 0; i < 3; ++i) {
                w.produce(i);
                w.ring_buffer__consume();
            }
        },
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xA); }},
            {"user", [](world& w) { w.ring_buffer__consume(); }},
        },
    .always = refused_for_nothing,
    .sometimes = {{"user took the record behind the wrap",
                   [](const outcome& o) { return o.threads[1].taken_count == 1; }}},
    .expect =
        {
            {"libbpf consumer=libbpf-7.3"},
            {"libbpf kernel=6.1 bits=32 consumer=libbpf-7.3", trigger::edge, under_all,
             sim::violation::lost_record},
            {"libbpf kernel=6.19 bits=32 consumer=libbpf-7.3", trigger::edge, under_all,
             sim::violation::lost_record},
            {"libbpf kernel=5.13 bits=32 consumer=libbpf-7.3"},
            {"libbpf kernel=7.3 bits=32 consumer=libbpf-7.3"},
            {"libbpf kernel=7.3 bits=16 consumer=libbpf-7.3"},
            {"libbpf kernel=6.1 bits=8 consumer=libbpf-7.3", trigger::edge, under_all,
             sim::violation::lost_record},
            {"libbpf kernel=7.3 bits=8 consumer=libbpf-7.3"},
        },
    .museum = {{.id = "C4",
                .symptom = "no room behind a 32-bit wrap",
                .broken = {"libbpf kernel=6.1 bits=32 consumer=libbpf-7.3"},
                .repaired = {"libbpf kernel=7.3 bits=32 consumer=libbpf-7.3"},
                .status = upstream::fixed,
                .history = "came with the repair of C3 and went in 2026: 6.1.188, 6.12.110, 7.2",
                .citation = "\"bpf: Fix pending_pos walk on 32-bit ring position wrap\""}},
};

const scenario wrapped_consumer{
    .name = "wrapped-consumer",
    .claim = "a committed record is taken, however many the ring has carried",
    .shape = "wrap",
    .source = "https://lore.kernel.org/bpf/20230824220907.1172808-1-awerner32@gmail.com/",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .start = 0xFFFF'FFF0,
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xA); }},
            {"user", [](world& w) { w.poll_until(1); }},
        },
    .sometimes = {{"user took the record before the wrap",
                   [](const outcome& o) { return o.threads[1].taken_count == 1; }}},
    .expect =
        {
            {"fenced"},
            {"fenced bits=32", trigger::edge, under_all, sim::violation::lost_notification},
            {"libbpf bits=32", trigger::level, under_all, sim::violation::busy_spin},
            {"fenced bits=8", trigger::edge, under_all, sim::violation::lost_notification},
            {"libbpf kernel=7.3 bits=32 consumer=libbpf-7.3", trigger::level},
            {"fenced kernel=7.3 bits=8 consumer=libbpf-7.3"},
        },
    .museum = {{.id = "C5",
                .symptom = "consumes nothing behind a wrap",
                .broken = {"libbpf bits=32", trigger::level},
                .repaired = {"libbpf kernel=7.3 bits=32 consumer=libbpf-7.3", trigger::level},
                .status = upstream::fixed,
                .history = "libbpf issue 710 and three versions of a patch in 2023; repaired in "
                           "2026 (7.3, 6.12.117), not yet in the GitHub mirror",
                .citation =
                    "https://lore.kernel.org/bpf/20230824220907.1172808-1-awerner32@gmail.com/"}},
};

}  // namespace ringsim::scenarios
