// deadline: a reader whose deadline passes does not look at the ring, and a record that woke nobody
// stays unseen, however often it reads.
//
//   setup: submit(A, BPF_RB_NO_WAKEUP)      user: Read() with a deadline: epoll_wait(), timed out
//                                                 Read() again: epoll_wait(), timed out
//
// Source: cilium/ebpf 01ebd4c1 (August 2023, v0.12.0), which looks at the ring when the deadline
// passes.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario deadline;  // in catalogue.txt
const scenario deadline{
    .name = "deadline",
    .claim = "a read whose deadline passes has seen what was in the ring",
    .shape = "epoll",
    .source = "https://github.com/cilium/ebpf, 01ebd4c1",
    .ring_bytes = 64,
    .waits = wait_kind::in_full,
    .setup = [](world& w) { w.produce(0xA, BPF_RB_NO_WAKEUP); },
    .threads = {{"cpu0", [](world& w) { w.produce(0xB, BPF_RB_NO_WAKEUP); }},
                {"user", [](world& w) { (void)w.read_until_deadline(); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[1].finished && o.threads[1].taken_count == 0)
            return finding{sim::violation::lost_notification,
                           "the deadline passes over a committed record"};
        return std::nullopt;
    },
    .sometimes = {{"user read A when its deadline had passed",
                   [](const outcome& o) { return o.threads[1].taken_count == 1; }}},
    .expect = {{"seq_cst consumer=cilium"},
               {"seq_cst consumer=cilium", trigger::level},
               {"seq_cst consumer=cilium-0.11", trigger::level, under_all,
                sim::violation::lost_notification}},
    .museum = {{.id = "A12",
                .symptom = "unseen until somebody wakes",
                .broken = {"seq_cst consumer=cilium-0.11", trigger::level},
                .repaired = {"seq_cst consumer=cilium", trigger::level},
                .status = upstream::fixed,
                .history = "cilium/ebpf, August 2023 (v0.12.0): a reader looks at the ring when "
                           "its deadline passes, and so finds what was committed with NO_WAKEUP",
                .citation = "https://github.com/cilium/ebpf, 01ebd4c1"}},
};

}  // namespace ringsim::scenarios
