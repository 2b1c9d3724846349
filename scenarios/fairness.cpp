// What a user misses though every record that is taken is right.
//
// drain-until-empty: ringbuf_process_ring() goes on while a pass finds something. A producer that
// keeps pace is served for ever, and so the other rings of the set, and the timers of the loop
// around it, wait for ever. As a bound: two records of one ring, while another has one.
//
//   cpu0: A, B, C, ... on ring 0            user: ring_buffer__consume()
//                                           ring 0: A, B, C, ...        (ring 1 has D all the
//                                           while)
//
// batch-limit: at most two records of each ring in turn, until none has any.
// late-timer, timely-timer: the same of a timer that the loop around the calls looks at.
//
// full-silent: a full ring refuses a record, the program goes on, and nobody ever knows.
// full-counted: the program counts what was refused.
//
// Source: pg_wait_tracer 81 (August 2026), a loop of 20 seconds that no timer interrupted; libbpf
// d98e9687, more than INT_MAX records in one call; iovisor/bcc 3476, elastic/quark 288 (drops).
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

constexpr unsigned bound = 2;

void steadily(world& w) {
    w.produce(0xA);
    w.produce(0xB);
    w.produce(0xC);
}

void one_on_the_second_ring(world& w) {
    w.use_ring(1);
    w.produce(0xD);
    w.use_ring(0);
}

// At most `n` of each ring, in rounds, until a round finds nothing.
template <std::uint64_t N>
void serve_rings(world& w) {
    for (std::int64_t taken = 1; taken != 0;) {
        taken = 0;
        for (unsigned i = 0; i < 2; ++i) {
            w.use_ring(i);
            taken += w.ring_buffer__consume(N);
        }
    }
}

unsigned of_the_first_before_the_second(const outcome& o) {
    unsigned count = 0;
    for (const taken_record& taken : o.threads[1].records_taken()) {
        if (taken.ring == 1) break;
        ++count;
    }
    return count;
}

std::optional<finding> starved(const outcome& o) {
    if (of_the_first_before_the_second(o) > bound)
        return finding{sim::violation::assertion,
                       "ring 1 has a record and waits while ring 0 is served a third time"};
    return std::nullopt;
}

const std::vector<sometimes_condition> served{
    {"user took all four", [](const outcome& o) { return o.threads[1].taken_count == 4; }}};

// A loop that looks at its timer between two calls. seen[0]: records since that has ended.
template <std::uint64_t N>
void serve_with_timer(world& w) {
    w.in_callback([](world& in) { in.me().seen[0] += in.signal_is_set(); });
    for (std::int64_t taken = 1; taken != 0 && !w.signal_is_set();)
        taken = w.ring_buffer__consume(N);
}

std::optional<finding> late(const outcome& o) {
    if (o.threads[1].seen[0] > bound)
        return finding{sim::violation::assertion,
                       "a timer that ended waits while a ring is served"};
    return std::nullopt;
}

const std::vector<sometimes_condition> timed{
    {"the timer ended before the first record",
     [](const outcome& o) { return o.threads[1].finished && o.threads[1].taken_count == 0; }},
    {"the timer ended while a record was served",
     [](const outcome& o) { return o.threads[1].finished && o.threads[1].seen[0] > 0; }}};

template <bool Counts>
void produce_or_drop(world& w) {
    for (const std::uint64_t payload : {0xA, 0xB})
        if (!w.produce(payload) && Counts) ++w.me().seen[0];
}

std::optional<finding> uncounted(const outcome& o) {
    if (o.threads[0].reservations_failed > o.threads[0].seen[0])
        return finding{sim::violation::lost_record, "a full ring drops a record, nobody counts it"};
    return std::nullopt;
}

void take_what_is_there(world& w) {
    w.ring_buffer__consume();
}

const std::vector<sometimes_condition> full_or_not{
    {"a record was refused",
     [](const outcome& o) { return o.threads[0].reservations_failed == 1; }},
    {"the consumer was fast enough",
     [](const outcome& o) { return o.threads[0].made_count == 2; }}};

}  // namespace

extern const scenario drain_until_empty;  // in catalogue.txt
extern const scenario batch_limit;
extern const scenario late_timer;
extern const scenario timely_timer;
extern const scenario full_silent;
extern const scenario full_counted;

const scenario drain_until_empty{
    .name = "drain-until-empty",
    .claim = "no ring waits while another is served more than twice (it does)",
    .shape = "fairness",
    .source = "https://github.com/DmitryNFomin/pg_wait_tracer/pull/81",
    .ring_bytes = 64,
    .rings = 2,
    .setup = one_on_the_second_ring,
    .threads = {{"cpu0", steadily}, {"user", serve_rings<all_records>}},
    .always = starved,
    .sometimes = served,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::assertion}},
};

const scenario batch_limit{
    .name = "batch-limit",
    .claim = "with a limit for each turn no ring waits longer than that",
    .shape = "fairness",
    .source = "https://github.com/DmitryNFomin/pg_wait_tracer/pull/81",
    .ring_bytes = 64,
    .rings = 2,
    .setup = one_on_the_second_ring,
    .threads = {{"cpu0", steadily}, {"user", serve_rings<bound>}},
    .always = starved,
    .sometimes = served,
    .expect = {{"libbpf"}, {"libbpf-2026"}},
    .museum = {{.id = "A16",
                .symptom = "a reader that drains starves others",
                .broken = {"libbpf", trigger::edge, "drain-until-empty"},
                .repaired = {"libbpf"},
                .status = upstream::by_design,
                .history = "libbpf's loop has no bound (more than INT_MAX records in one call were "
                           "seen, d98e9687); consume_n() since 1.5, a limit of 64 in "
                           "pg_wait_tracer, August 2026",
                .citation = "https://github.com/DmitryNFomin/pg_wait_tracer/pull/81"}},
};

const scenario late_timer{
    .name = "late-timer",
    .claim = "a timer of the loop waits for no more than two records (it does)",
    .shape = "fairness",
    .source = "https://github.com/DmitryNFomin/pg_wait_tracer/pull/81",
    .ring_bytes = 64,
    .needs = {need::signal},
    .threads = {{"cpu0", steadily},
                {"user", serve_with_timer<all_records>},
                {"timer", [](world& w) { w.set_signal(); }}},
    .always = late,
    .sometimes = timed,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::assertion}},
};

const scenario timely_timer{
    .name = "timely-timer",
    .claim = "with a limit for each call a timer waits no longer than that",
    .shape = "fairness",
    .source = "https://github.com/DmitryNFomin/pg_wait_tracer/pull/81",
    .ring_bytes = 64,
    .needs = {need::signal},
    .threads = {{"cpu0", steadily},
                {"user", serve_with_timer<bound>},
                {"timer", [](world& w) { w.set_signal(); }}},
    .always = late,
    .sometimes = timed,
    .expect = {{"libbpf"}},
};

const scenario full_silent{
    .name = "full-silent",
    .claim = "a program that ignores a failed reservation loses nothing unseen (it does)",
    .shape = "state",
    .source = "https://github.com/iovisor/bcc/issues/3476",
    .ring_bytes = 32,
    .threads = {{"cpu0", produce_or_drop<false>}, {"user", take_what_is_there}},
    .always = uncounted,
    .sometimes = full_or_not,
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_record}},
};

const scenario full_counted{
    .name = "full-counted",
    .claim = "what a full ring refuses is counted by the program that lost it",
    .shape = "state",
    .source = "https://github.com/elastic/quark/issues/288",
    .ring_bytes = 32,
    .threads = {{"cpu0", produce_or_drop<true>}, {"user", take_what_is_there}},
    .always = uncounted,
    .sometimes = full_or_not,
    .expect = {{"libbpf"}},
    .museum = {{.id = "B17",
                .symptom = "a full ring drops, nobody counts",
                .broken = {"libbpf", trigger::edge, "full-silent"},
                .repaired = {"libbpf"},
                .status = upstream::by_design,
                .history = "unlike a perf buffer the ring keeps no count of what it refuses; each "
                           "program has to, and those that did not were reported to bcc (2021), "
                           "quark (2025) and others",
                .citation = "https://github.com/iovisor/bcc/issues/3476"}},
};

}  // namespace ringsim::scenarios
