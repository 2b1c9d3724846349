// stopped-queue: the callback only copies a record to a queue, and consumer_pos goes on; who works
// the queue off is told to stop, and leaves.
//
//   cpu0: submit(A)          user: ringbuf_process_ring()            main
//                            copy A, store consumer_pos
//                                                                    stop
//                            stop is set: return, the queue dies
//
// The ring has given A away and nobody was given it. emptied-queue: works the queue off, then ends.
//
// Source: the review of opentelemetry-ebpf-instrumentation pull request 1975 (May 2026), which put
// reader and parser apart.
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

template <bool HandsOver>
void read_until_stopped(world& w) {
    for (int i = 0; i < 2; ++i) {
        w.ring_buffer__consume_to_queue();
        const bool stop = w.signal_is_set();
        if (!stop || HandsOver) w.hand_over_queue();
        if (stop) return;
    }
}

void produce_a(world& w) {
    w.produce(0xA);
}

void stop(world& w) {
    w.set_signal();
}

const std::vector<sometimes_condition> stop_reached{
    {"user took A", [](const outcome& o) { return o.threads[2].taken_count == 1; }},
    {"user was stopped before A came",
     [](const outcome& o) { return o.threads[2].finished && o.rings[0].consumer_pos == 0; }}};

}  // namespace

extern const scenario stopped_queue;  // in catalogue.txt
extern const scenario emptied_queue;

const scenario stopped_queue{
    .name = "stopped-queue",
    .claim = "a reader that is told to stop may drop its queue (what is in it is lost)",
    .shape = "state",
    .source = "https://github.com/open-telemetry/opentelemetry-ebpf-instrumentation/pull/1975",
    .ring_bytes = 64,
    .needs = {need::signal},
    .threads = {{"cpu0", produce_a}, {"main", stop}, {"user", read_until_stopped<false>}},
    .sometimes = stop_reached,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_record}},
};

const scenario emptied_queue{
    .name = "emptied-queue",
    .claim = "a reader that is told to stop works off what it took",
    .shape = "state",
    .source = "https://github.com/open-telemetry/opentelemetry-ebpf-instrumentation/pull/1975",
    .ring_bytes = 64,
    .needs = {need::signal},
    .threads = {{"cpu0", produce_a}, {"main", stop}, {"user", read_until_stopped<true>}},
    .sometimes = stop_reached,
    .expect = {{"libbpf"}},
    .museum = {{.id = "B16",
                .symptom = "taken, and thrown away at shutdown",
                .broken = {"libbpf", trigger::edge, "stopped-queue"},
                .repaired = {"libbpf"},
                .status = upstream::by_design,
                .history = "seen in review of OpenTelemetry's reader, May 2026, and not held to "
                           "block it: a reader that copies to a queue has moved consumer_pos, "
                           "and a parser that ends first loses the queue",
                .citation = "https://github.com/open-telemetry/"
                            "opentelemetry-ebpf-instrumentation/pull/1975"}},
};

}  // namespace ringsim::scenarios
