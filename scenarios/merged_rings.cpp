// merged-rings: a consumer that merges the rings of several CPUs by timestamp hands out a record
// before an older one that was there.
//
//   cpu0: ring 0: submit(A, time 1)          user: pass 1: ring 0: everything read: look at
//   cpu1: ring 1: submit(B, time 2)                  producer_pos, go on
//                                                  ring 1: the same; B is there from now on
//                                            user: pass 2: ring 0: everything read: look at
//                                                    producer_pos, go on, although A is there
//                                                  ring 1: take B
//
// Looking at the record as soon as producer_pos has moved repairs that: a pass finds what was there
// when it began. It does not make the merge right: A and B may both come between the look at ring 0
// and the look at ring 1 (merged-rings-race).
//
// Source: falco libs pull request 2009 (6a7fc68be, August 2024).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

// B is reserved, in ring 1.
void setup(world& w) {
    w.use_ring(1);
    w.kept[0] = w.bpf_ringbuf_reserve(8);
    w.use_ring(0);
}

const std::vector<thread_body> merge_threads{
    {"cpus",
     [](world& w) {
         w.produce(1);  // A, as if on cpu0
         w.use_ring(1);
         w.write(w.kept[0], 2);  // B, as if on cpu1, later
         w.bpf_ringbuf_submit(w.kept[0]);
         w.bpf_ringbuf_reserve(8);  // tells that both are committed
     }},
    {"user", [](world& w) {
         w.merge_rings();
         w.use_ring(0);
         w.me().seen[0] = w.bpf_ringbuf_query_avail_data();
         w.use_ring(1);
         w.me().seen[1] = w.bpf_ringbuf_query_avail_data();
         w.merge_rings();
         w.merge_rings();
     }}};

bool swapped(const outcome& o) {
    const thread_facts& user = o.threads[1];
    return user.taken_count == 2 && user.taken[0].payload > user.taken[1].payload;
}

const std::vector<sometimes_condition> merge_reached{
    {"user took both", [](const outcome& o) { return o.threads[1].taken_count == 2; }}};

}  // namespace

extern const scenario merged_rings;  // in catalogue.txt
extern const scenario merged_rings_race;

const scenario merged_rings{
    .name = "merged-rings",
    .claim = "of two records that are there, the older one is handed out first",
    .shape = "state",
    .source = "https://github.com/falcosecurity/libs/pull/2009",
    .ring_bytes = 64,
    .rings = 2,
    .setup = setup,
    .threads = merge_threads,
    .always = [](const outcome& o) -> std::optional<finding> {
        const bool both_there = o.threads[1].seen[0] != 0 && o.threads[1].seen[1] == 32;
        if (swapped(o) && both_there)
            return finding{sim::violation::out_of_order_record,
                           "a record is handed out before an older one that was there"};
        return std::nullopt;
    },
    .sometimes = merge_reached,
    .expect = {{"seq_cst consumer=libpman"},
               {"seq_cst consumer=libpman-0", trigger::edge, under_all,
                sim::violation::out_of_order_record}},
    .museum = {{.id = "B4",
                .symptom = "a merge of rings out of order",
                .broken = {"seq_cst consumer=libpman-0"},
                .repaired = {"seq_cst consumer=libpman"},
                .status = upstream::fixed,
                .history = "falco libs, August 2024 (6a7fc68be): insists on a ring whose cached "
                           "producer_pos is reached; it narrows the window and does not close it "
                           "(merged-rings-race)",
                .citation = "https://github.com/falcosecurity/libs/pull/2009"}},
};

const scenario merged_rings_race{
    .name = "merged-rings-race",
    .claim = "records of several rings come in the order of their time (they need not)",
    .shape = "state",
    .source = "https://github.com/falcosecurity/libs/pull/2009",
    .ring_bytes = 64,
    .rings = 2,
    .setup = setup,
    .threads = merge_threads,
    .always = [](const outcome& o) -> std::optional<finding> {
        if (swapped(o))
            return finding{sim::violation::out_of_order_record,
                           "a record is handed out before an older one"};
        return std::nullopt;
    },
    .sometimes = merge_reached,
    .expect = {{"seq_cst consumer=libpman", trigger::edge, under_all,
                sim::violation::out_of_order_record}},
};

}  // namespace ringsim::scenarios
