// overwrite-reuse: in overwrite mode a producer writes over the bytes of another CPU's record as
// soon as that one is committed, and no consumer stands between the two.
//
//   cpu0: write A                            cpu1: bpf_ringbuf_reserve(B)
//   store A's payload                        READ_ONCE(hdr->len): A is no longer BUSY
//   -- the full barrier of xchg() --         -- nothing but a branch --
//   xchg(&hdr->len)                          store B's payload, where A's was
//
// If cpu1's store comes before cpu0's in the end, A's payload lies in B's record.
//
// Source: __bpf_ringbuf_reserve(), kernel/bpf/ringbuf.c, Linux 6.19
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario overwrite_reuse;  // in catalogue.txt

const scenario overwrite_reuse{
    .name = "overwrite-reuse",
    .claim = "what is written over a record stays, whichever CPU the record was of",
    .shape = "MP",
    .source = "__bpf_ringbuf_reserve(), kernel/bpf/ringbuf.c, Linux 6.19",
    .ring_bytes = 32,
    .needs = {need::overwrite},
    .setup = [](world& w) { w.kept[0] = w.bpf_ringbuf_reserve(16); },
    .threads = {{"cpu0",
                 [](world& w) {
                     w.write(w.kept[0], 0xA);
                     w.bpf_ringbuf_submit(w.kept[0]);
                 }},
                {"cpu1", [](world& w) { w.produce(0xB, 0, 16); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        // The last word of B lies where the first one of A was.
        const thread_facts& second = o.threads[1];
        if (second.finished && second.made_count == 1 && o.rings[0].payload != 0xB)
            return finding{sim::violation::torn_record, "the old payload lies in the new record"};
        return std::nullopt;
    },
    .sometimes = {{"B was made", [](const outcome& o) { return o.threads[1].made_count == 1; }}},
    .expect =
        {
            // Marked, as for a reader that copies while they are written. C++ also knows that the
            // header, which commit reads plainly, is payload to the other producer.
            {"libbpf kernel=7.2", trigger::edge, under_rc11, sim::violation::data_race},
            // What a BPF program does: a plain store, which no branch orders in either language.
            {"libbpf kernel=7.2 kernel.program.store_shared_payload=plain", trigger::edge,
             under_languages, sim::violation::data_race},
            // What the machines rest on. Of three branches on the header each is enough.
            {"libbpf kernel=7.2 kernel.program.store_shared_payload=plain "
             "without=reserve.busy_check without=reserve.pending_check "
             "without=reserve.overwrite_check",
             trigger::edge, under_rc11 | under_arm | under_lkmm, sim::violation::torn_record,
             sim::violation::data_race},
            // The line that would mend it.
            {"libbpf kernel=7.2 kernel.reserve.load_pending_header=acquire "
             "kernel.program.store_shared_payload=plain"},
        },
};

}  // namespace ringsim::scenarios
