// windows-event: a consumer on ebpf-for-windows resets its event, looks at the ring, and waits.
//
//   cpu0: publish A, then look at the positions      user: ResetEvent(), consume, wait
//   header (release)                                 event = 0
//   consumer's position == producer's: no event      load header, take
//   otherwise event = 1                              wait until event is 1
//
// A reviewer saw a race between the reset and the wait. There is one, and it is harmless: the reset
// comes before the look, so an event that it swallows is of a record that the look finds; and the
// producer's old view of the consumer's position makes it set the event once too often. What it
// lives on is that the reset is an exchange, or holds a lock: one that swallows a set reads it, and
// comes before the look. A plain store that waits in a store buffer would take back a set that came
// after the look. How Windows resets an event is not documented; the variants show both.
//
// Source: https://github.com/microsoft/ebpf-for-windows/pull/4651
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void produce(world& w, std::uint64_t payload) {
    const record r = w.bpf_ringbuf_reserve(8);
    w.write(r, payload);
    w.submit_and_set_event(r);
}

template <bool ResetFirst>
void poll(world& w) {
    while (w.me().taken_count < 2) {
        if (ResetFirst) w.reset_event();
        w.ring_buffer__consume();
        if (!ResetFirst) w.reset_event();
        if (w.me().taken_count < 2) w.wait_for_event();
    }
}

const std::vector<sometimes_condition> event_reached{
    {"user waited and went on",
     [](const outcome& o) { return o.threads[1].sleeps > 0 && o.threads[1].finished; }}};

void two_records(world& w) {
    produce(w, 0xA);
    produce(w, 0xB);
}

}  // namespace

extern const scenario windows_event;  // in catalogue.txt
extern const scenario windows_event_late;

const scenario windows_event{
    .name = "windows-event",
    .claim = "an event that is reset before the look loses no wakeup",
    .shape = "SB",
    .source = "https://github.com/microsoft/ebpf-for-windows/pull/4651",
    .ring_bytes = 64,
    .needs = {need::event},
    .threads = {{"cpu0", two_records}, {"user", poll<true>}},
    .sometimes = event_reached,
    .expect = {{"libbpf kernel.commit.xchg_header=store_release"},
               {"libbpf kernel.commit.xchg_header=store_release "
                "kernel.commit.load_consumer_pos=relaxed"},
               // A reset that swallows a set reads it, and so sees what was published before.
               {"libbpf kernel.commit.xchg_header=store_release event.state=acq_rel "
                "event.reset=acq_rel"},
               {"libbpf kernel.commit.xchg_header=store_release event.state=relaxed "
                "event.reset=relaxed",
                trigger::edge, under_relaxed, sim::violation::lost_notification},
               {"libbpf kernel.commit.xchg_header=store_release event.reset=store_release",
                trigger::edge, under_weak_but_ldar, sim::violation::lost_notification}},
    .museum = {{.id = "A18",
                .symptom = "ebpf-for-windows: reset, look, wait",
                .broken = {"libbpf kernel.commit.xchg_header=store_release"},
                .repaired = {},
                .beside = {"libbpf kernel.commit.xchg_header=store_release "
                           "kernel.commit.load_consumer_pos=relaxed"},
                .status = upstream::never,
                .history = "merged in January 2026 over a reviewer's claim of a race, which nobody "
                           "settled; there is none if the reset is an exchange. One that is a "
                           "plain store, or behind the look, would lose wakeups "
                           "(windows-event-late)",
                .citation = "https://github.com/microsoft/ebpf-for-windows/pull/4651",
                .by = evidence::refuted}},
};

const scenario windows_event_late{
    .name = "windows-event-late",
    .claim = "an event may be reset behind the look (it may not)",
    .shape = "SB",
    .source = "https://github.com/microsoft/ebpf-for-windows/pull/4651",
    .ring_bytes = 64,
    .needs = {need::event},
    .threads = {{"cpu0", two_records}, {"user", poll<false>}},
    .sometimes = event_reached,
    .expect = {{"libbpf kernel.commit.xchg_header=store_release", trigger::edge, under_all,
                sim::violation::lost_notification}},
};

}  // namespace ringsim::scenarios
