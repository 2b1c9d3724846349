// wrap: a record that goes around the end of the ring arrives whole.
//
//   0        8        16       24       32       40       48       56       64
//   | A      | A      | A      | B      | B      | B      | C      | C      |
//   | C      |                                                                   C begins at 48
//
// Positions only grow and are masked on access; the data pages are mapped twice in a row, so a
// record that goes around the end is contiguous for both sides. C's payload ends where A's header
// was, and B, still there, must not be touched.
//
// Source: bpf_ringbuf_area_alloc(), on mapping the data pages twice, Linux 6.12.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

bool took_c(const outcome& o) {
    const auto taken = o.threads[1].records_taken();
    return taken.size() == 2 && taken[1].pos == 48;
}

}  // namespace

extern const scenario wrap;  // in catalogue.txt
const scenario wrap{
    .name = "wrap",
    .claim = "a record that goes around the end of the ring arrives whole",
    .shape = "MP",
    .source = "bpf_ringbuf_area_alloc(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .setup =
        [](world& w) {
            w.produce(0xA, 0, 16);
            w.ring_buffer__consume();
            w.produce(0xB, 0, 16);
        },
    .threads =
        {
            {"cpu0", [](world& w) { w.produce(0xC, 0, 16); }},
            {"user",
             [](world& w) {
                 w.ring_buffer__consume();
                 w.ring_buffer__consume();
             }},
        },
    .sometimes =
        {
            {"user took B, then C", took_c},
            {"user took B alone", [](const outcome& o) { return o.threads[1].taken_count == 1; }},
        },
    .expect =
        {
            {"libbpf"},
            {"fenced"},
            {"seq_cst"},
            {"libbpf consumer.load_header=relaxed", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
            {"libbpf kernel.commit.xchg_header=acquire", trigger::edge, under_relaxed,
             sim::violation::torn_record, sim::violation::data_race},
        },
};

}  // namespace ringsim::scenarios
