// flush-with-data: whoever calls Flush() waits for the reader to say that it has read everything.
//
//   main: Flush()                      user: Read()
//   write(flush event)                 epoll_wait(): the flush event, and the ring with it
//                                      read(flush event); the ring has data: read it
//                                      Read() again: epoll_wait(), and nobody flushes a second time
//
// A reader that throws the flush away when there is data beside it never reports it.
//
// Source: the review of cilium/ebpf pull request 1491 (June 2024), which added Flush().
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario flush_with_data;  // in catalogue.txt
const scenario flush_with_data{
    .name = "flush-with-data",
    .claim = "a flush is reported once everything in the ring was read",
    .shape = "epoll",
    .source = "https://github.com/cilium/ebpf/pull/1491",
    .ring_bytes = 64,
    .needs = {need::flush},
    .threads = {{"cpu0", [](world& w) { w.produce(0xA); }},
                {"main", [](world& w) { w.flush(); }},
                {"user",
                 [](world& w) {
                     while (w.read_until_flush()) {
                     }
                 }}},
    .sometimes = {{"user read A, then the flush",
                   [](const outcome& o) {
                       return o.threads[2].finished && o.threads[2].taken_count == 1;
                   }}},
    .expect = {{"seq_cst consumer=cilium"},
               {"seq_cst consumer=cilium-flush-0", trigger::edge, under_all,
                sim::violation::deadlock}},
    .museum = {{.id = "A21",
                .symptom = "a flush is swallowed by data",
                .broken = {"seq_cst consumer=cilium-flush-0"},
                .repaired = {"seq_cst consumer=cilium"},
                .status = upstream::fixed,
                .history = "cilium/ebpf, June 2024, found in review: epoll reported the flush "
                           "together with a ring, and the flush was dropped. It is kept beside "
                           "the data since",
                .citation = "https://github.com/cilium/ebpf/pull/1491"}},
};

}  // namespace ringsim::scenarios
