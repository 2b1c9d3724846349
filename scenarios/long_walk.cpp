// Walks of __bpf_ringbuf_reserve() over more than one record.
//
// pending-walk: A and B are reserved, by two programs; a third reservation walks over those that
// are committed, and stops at the first that is BUSY. overwrite-long: a record that is as long as
// two others overwrites both.
//
// Source: kernel/bpf/ringbuf.c, Linux 6.12 and 6.19.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario pending_walk;  // in catalogue.txt
extern const scenario overwrite_long;

const scenario pending_walk{
    .name = "pending-walk",
    .claim = "a reservation walks over what is committed and lies on nothing that is not",
    .shape = "order",
    .source = "__bpf_ringbuf_reserve(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .setup =
        [](world& w) {
            w.kept[0] = w.bpf_ringbuf_reserve(8);
            w.kept[1] = w.bpf_ringbuf_reserve(8);
        },
    .threads = {{"cpu0",
                 [](world& w) {
                     w.write(w.kept[0], 0xA);
                     w.bpf_ringbuf_submit(w.kept[0]);
                 }},
                {"cpu1",
                 [](world& w) {
                     w.write(w.kept[1], 0xB);
                     w.bpf_ringbuf_submit(w.kept[1]);
                     w.produce(0xC);
                 }},
                {"user", [](world& w) { w.ring_buffer__consume(); }}},
    .sometimes = {{"user took all three",
                   [](const outcome& o) { return o.threads[2].taken_count == 3; }}},
    .expect = {{"libbpf"}, {"fenced"}, {"libbpf kernel=7.3"}},
};

const scenario overwrite_long{
    .name = "overwrite-long",
    .claim = "a record that overwrites two moves overwrite_pos behind both",
    .shape = "state",
    .source = "__bpf_ringbuf_reserve(), kernel/bpf/ringbuf.c, Linux 6.19",
    .ring_bytes = 64,
    .needs = {need::overwrite},
    .setup =
        [](world& w) {
            w.produce(0xA);
            w.produce(0xB);
            w.produce(0xC);
        },
    .threads = {{"cpu0", [](world& w) { w.produce(0xD, 0, 24); }},
                {"cpu1", [](world& w) { w.me().seen[0] = w.bpf_ringbuf_query_avail_data(); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[0].finished && o.threads[0].made_count == 1 && o.rings[0].overwrite_pos != 32)
            return finding{sim::violation::overrun, "overwrite_pos is not behind both records"};
        return std::nullopt;
    },
    .sometimes = {{"D was made", [](const outcome& o) { return o.threads[0].made_count == 1; }}},
    .expect = {{"libbpf kernel=6.19"}, {"libbpf kernel=7.3"}},
};

}  // namespace ringsim::scenarios
