// staged-shared: BPF programs put a record together in a buffer of their CPU, and
// bpf_ringbuf_output() copies it. A program that preempts another one during the copy uses the same
// buffer.
//
//   cpu0: buffer = A A; bpf_ringbuf_output()       the same CPU, another program
//   reserve, copy the first word
//                                                  buffer = B B; bpf_ringbuf_output()
//   copy the second word: A B
//
// Since PREEMPT_LAZY (Linux 6.13) programs are preempted on kernels where none was before, and a
// soft interrupt always could. staged-apart: whoever may preempt has a buffer of its own.
//
// Source: https://github.com/elastic/quark/pull/305 and 336 (2026); falcosecurity/libs 3086.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

template <bool OwnBuffer>
void output(world& w) {
    w.bpf_ringbuf_output_staged(0xA, OwnBuffer);
}

template <bool OwnBuffer>
void output_in_between(world& w) {
    w.bpf_ringbuf_output_staged(0xB, OwnBuffer);
}

void interrupt(world& w) {
    w.raise_interrupt();
}

void take_staged(world& w) {
    w.ring_buffer__consume();
}

const std::vector<sometimes_condition> staged_reached{
    {"the programs ran one inside the other",
     [](const outcome& o) { return o.threads[0].made_count == 2; }}};

}  // namespace

extern const scenario staged_shared;  // in catalogue.txt
extern const scenario staged_apart;

const scenario staged_shared{
    .name = "staged-shared",
    .claim = "programs of one CPU may share the buffer that they output (not if one preempts)",
    .shape = "state",
    .source = "https://github.com/elastic/quark/pull/336",
    .ring_bytes = 64,
    .needs = {need::preempted_copy},
    .threads = {{"cpu0", output<false>}, {"device", interrupt}, {"user", take_staged}},
    .interrupt = output_in_between<false>,
    .sometimes = staged_reached,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::torn_record}},
};

const scenario staged_apart{
    .name = "staged-apart",
    .claim = "a program that preempts another one outputs a buffer of its own",
    .shape = "state",
    .source = "https://github.com/elastic/quark/pull/336",
    .ring_bytes = 64,
    .needs = {need::preempted_copy},
    .threads = {{"cpu0", output<true>}, {"device", interrupt}, {"user", take_staged}},
    .interrupt = output_in_between<true>,
    .sometimes = staged_reached,
    .expect = {{"libbpf"}},
    .museum = {{.id = "B15",
                .symptom = "a buffer of the CPU, overwritten",
                .broken = {"libbpf", trigger::edge, "staged-shared"},
                .repaired = {"libbpf"},
                .status = upstream::fixed,
                .history = "elastic/quark, March and May 2026: programs disable preemption where "
                           "the kernel can, and those in soft interrupts have a buffer of their "
                           "own; falco found the same in September 2026",
                .citation = "https://github.com/elastic/quark/pull/305, 336"}},
};

}  // namespace ringsim::scenarios
