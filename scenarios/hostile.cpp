// hostile-long: a record longer than the ring, for a userspace that says it has consumed more than
// there is; with the value 64, say.
//
//   user: consumer_pos = any value                   cpu0: bpf_ringbuf_reserve(64)
//                                                    new_prod_pos - cons_pos = 72 - 64: fits
//
// hostile-overlay: a record on top of one that is still being written; with the value 48, say.
//
//   user: consumer_pos = any value                   cpu0: reserve(A, 40 bytes)
//                                                    cpu0: reserve(B, 40 bytes)
//                                                    new_prod_pos - cons_pos = 96 - 48: fits
//
// hostile-moving: the same while consumer_pos goes from any position to any other.
//
// user-ring-hostile: on a user ring, any producer_pos and any header.
//
// The page of consumer_pos is the one that userspace may write, so the kernel must not believe it
// further than its own memory is safe. The first needed a check of the length; the second
// pending_pos, the oldest record that is not committed. B's header would lie in A's payload, where
// the program that fills A can write it, and with it pg_off, from which the kernel finds the ring.
//
// Source: CVE-2021-3489 (4b81ccebaeee, Linux 5.13), CVE-2024-41009 (cfa1a2329a69, Linux 6.10).
#include <cerrno>

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario hostile_long;  // in catalogue.txt
extern const scenario hostile_overlay;
extern const scenario hostile_moving;
extern const scenario user_ring_hostile;

const scenario hostile_long{
    .name = "hostile-long",
    .claim = "no record is longer than the ring, whatever userspace writes to consumer_pos",
    .shape = "bounds",
    .source = "https://nvd.nist.gov/vuln/detail/CVE-2021-3489",
    .ring_bytes = 64,
    .needs = {need::hostile_user},
    .threads =
        {
            {"cpu0", [](world& w) { w.me().seen[0] = w.bpf_ringbuf_reserve(64).valid; }},
            {"user", [](world& w) { w.write_any_consumer_pos(); }},
        },
    .sometimes = {{"the record was refused",
                   [](const outcome& o) { return o.threads[0].reservations_failed == 1; }}},
    .expect =
        {
            {"libbpf kernel=5.8", trigger::edge, under_all, sim::violation::overrun},
            {"libbpf kernel=5.8 bits=8", trigger::edge, under_all, sim::violation::overrun},
            {"libbpf kernel=5.13"},
            {"libbpf kernel=5.13 bits=8"},
            {"libbpf"},
            {"libbpf bits=8"},
            {"libbpf kernel=7.3"},
            {"libbpf kernel=7.3 bits=8"},
        },
    .museum = {{.id = "C1",
                .symptom = "a record longer than the ring",
                .broken = {"libbpf kernel=5.8"},
                .repaired = {"libbpf kernel=5.13"},
                .status = upstream::fixed,
                .history = "CVE-2021-3489, found by Ryota Shiga; 4b81ccebaeee in 5.13, 5.12.4, "
                           "5.11.21 and 5.10.37 refuses it",
                .citation = "https://nvd.nist.gov/vuln/detail/CVE-2021-3489"}},
};

const scenario hostile_overlay{
    .name = "hostile-overlay",
    .claim = "no record lies on one that is not committed, whatever userspace writes",
    .shape = "bounds",
    .source = "https://nvd.nist.gov/vuln/detail/CVE-2024-41009",
    .ring_bytes = 64,
    .needs = {need::hostile_user},
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 (void)w.bpf_ringbuf_reserve(40);
                 w.me().seen[0] = w.bpf_ringbuf_reserve(40).valid;
             }},
            {"user", [](world& w) { w.write_any_consumer_pos(); }},
        },
    .sometimes = {{"the second record was refused",
                   [](const outcome& o) {
                       return o.threads[0].made_count == 1 && o.rings[0].consumer_pos > 0;
                   }}},
    .expect =
        {
            {"libbpf kernel=5.8", trigger::edge, under_all, sim::violation::overrun},
            {"libbpf kernel=5.13", trigger::edge, under_all, sim::violation::overrun},
            {"libbpf kernel=5.13 bits=8", trigger::edge, under_all, sim::violation::overrun},
            {"libbpf kernel=6.1"},
            {"libbpf kernel=6.1 bits=8"},
            {"libbpf"},
            {"libbpf bits=8"},
            {"libbpf kernel=7.3"},
            {"libbpf kernel=7.3 bits=8"},
        },
    .museum = {{.id = "C3",
                .symptom = "a record on top of an open one",
                .broken = {"libbpf kernel=5.13"},
                .repaired = {"libbpf kernel=6.1"},
                .status = upstream::fixed,
                .history = "CVE-2024-41009, found by Bing-Jhong Billy Jheng and Muhammad Ramdhan; "
                           "cfa1a2329a69 (6.10 and stable) keeps pending_pos",
                .citation = "https://nvd.nist.gov/vuln/detail/CVE-2024-41009"}},
};

const scenario hostile_moving{
    .name = "hostile-moving",
    .claim = "no record lies on one that is not committed, wherever userspace goes and comes from",
    .shape = "bounds",
    .source = "https://nvd.nist.gov/vuln/detail/CVE-2024-41009",
    .ring_bytes = 64,
    .needs = {need::hostile_user},
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 (void)w.bpf_ringbuf_reserve(24);
                 (void)w.bpf_ringbuf_reserve(40);
             }},
            {"user",
             [](world& w) {
                 // Every size and position of a record is a multiple of eight.
                 w.write_any_consumer_pos(8);
                 w.write_any_consumer_pos(8);
             }},
        },
    .sometimes = {{"one record was refused",
                   [](const outcome& o) { return o.threads[0].made_count == 1; }},
                  {"both records were refused",
                   [](const outcome& o) { return o.threads[0].reservations_failed == 2; }}},
    .expect = {{"libbpf kernel=5.13", trigger::edge, under_all, sim::violation::overrun},
               {"libbpf"},
               {"libbpf kernel=7.3"},
               {"libbpf kernel=7.3 bits=8"}},
};

const scenario user_ring_hostile{
    .name = "user-ring-hostile",
    .claim = "a drain hands out nothing beyond the ring, whatever userspace writes",
    .shape = "bounds",
    .source = "__bpf_user_ringbuf_peek(), Linux 6.12",
    .ring_bytes = 32,
    .needs = {need::hostile_user, need::user_ring},
    .threads = {{"cpu0",
                 [](world& w) {
                     w.me().seen[0] = static_cast<std::uint64_t>(w.bpf_user_ringbuf_drain());
                 }},
                {"user0", [](world& w) { w.write_any_header(); }},
                // Of the positions that are no multiple of eight every second one.
                {"user1", [](world& w) { w.write_any_producer_pos(4); }}},
    .sometimes = {{"the drain refused a position",
                   [](const outcome& o) {
                       return static_cast<std::int64_t>(o.threads[0].seen[0]) == -EINVAL &&
                              o.rings[0].producer_pos % 8 != 0;
                   }},
                  {"the drain refused a record as too long",
                   [](const outcome& o) {
                       return static_cast<std::int64_t>(o.threads[0].seen[0]) == -E2BIG;
                   }},
                  {"the drain handed out a record as long as the ring",
                   [](const outcome& o) {
                       return o.threads[0].taken_count > 0 && o.threads[0].taken[0].len == 24;
                   }}},
    .expect = {{"libbpf"}, {"libbpf bits=8"}, {"libbpf kernel=6.1"}, {"libbpf kernel=7.3 bits=8"}},
};

}  // namespace ringsim::scenarios
