// The user ring buffer: userspace produces, a BPF program drains.
//
// user-ring: a sample arrives whole and once, and its space is used again only after it was read.
// user-ring-two-drains: the second drain at a time is refused.
// user-ring-handover: the next drain sees what this one gave back.
// user-ring-stops: the same where the callback ended the drain, with no load behind the last store.
// user-ring-two-producers: libbpf's producer is one thread at a time.
// user-ring-skipped: DISCARD is looked at before BUSY, so a record that is both is skipped while
//   its producer still writes it.
// user-ring-wedged: a header that makes no sense stays, and nothing behind it is ever seen.
// user-ring-full: a producer that waits on a full ring is woken by the drain.
// user-ring-skips: the same where the drain finds discarded samples only.
// user-ring-silent: not so with BPF_RB_NO_WAKEUP.
// user-ring-forced: BPF_RB_FORCE_WAKEUP wakes it though the drain finds nothing.
// user-ring-room: EPOLLOUT is reported while there is room, but too little, and a producer that
//   waits without a timeout waits once.
// user-ring-wrap: the two positions are compared as numbers.
//
// Source: __bpf_user_ringbuf_peek(), bpf_user_ringbuf_drain(), Linux 6.12; libbpf's
// user_ring_buffer__reserve_blocking().
#include <cerrno>

#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

void send(world& w, std::uint64_t payload, std::uint32_t size = 8) {
    const record r = w.user_ring_buffer__reserve(size);
    if (!r) return;
    w.write(r, payload);
    w.user_ring_buffer__submit(r);
}

void drain(world& w) {
    w.me().seen[0] = static_cast<std::uint64_t>(w.bpf_user_ringbuf_drain());
}

// With a callback that ends it after one sample.
void drain_one(world& w) {
    w.me().seen[0] = static_cast<std::uint64_t>(w.bpf_user_ringbuf_drain(0, /*stops=*/true));
}

// One of several producers: the reservation is theirs alone, if there is a lock.
void send_locked(world& w, std::uint64_t payload) {
    w.lock_user_producer();
    const record r = w.user_ring_buffer__reserve(8);
    w.unlock_user_producer();
    if (!r) return;
    w.write(r, payload);
    w.user_ring_buffer__submit(r);
}

// The producer finds the ring full, and waits until there is room.
void send_when_there_is_room(world& w) {
    const record r = w.user_ring_buffer__reserve_blocking(8);
    w.write(r, 0xC);
    w.user_ring_buffer__submit(r);
}

void fill(world& w) {
    send(w, 0xA);
    send(w, 0xB);
}

bool waited_and_went_on(const outcome& o) {
    return o.threads[0].sleeps > 0 && o.threads[0].finished;
}

bool drained(const outcome& o, unsigned thread, unsigned count) {
    return o.threads[thread].taken_count == count;
}

}  // namespace

extern const scenario user_ring;  // in catalogue.txt
extern const scenario user_ring_two_drains;
extern const scenario user_ring_stops;
extern const scenario user_ring_two_producers;
extern const scenario user_ring_skipped;
extern const scenario user_ring_wedged;
extern const scenario user_ring_room;
extern const scenario user_ring_wrap;

const scenario user_ring{
    .name = "user-ring",
    .claim = "a user ring's sample arrives whole, and its space is used again after that",
    .shape = "MP",
    .source = "__bpf_user_ringbuf_peek(), kernel/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 32,
    .needs = {need::user_ring},
    .setup = [](world& w) { send(w, 0xA, 16); },
    .threads = {{"user", [](world& w) { send(w, 0xB, 16); }},
                {"cpu0",
                 [](world& w) {
                     drain(w);
                     drain(w);
                 }}},
    .sometimes = {{"B had room", [](const outcome& o) { return o.threads[0].made_count == 1; }},
                  {"the drain took both", [](const outcome& o) { return drained(o, 1, 2); }}},
    .expect = {{"libbpf"},
               {"libbpf kernel=6.1"},
               {"libbpf user_producer.store_producer_pos=relaxed", trigger::edge, under_relaxed,
                sim::violation::torn_record, sim::violation::data_race},
               {"libbpf user_producer.xchg_header=acquire", trigger::edge, under_relaxed,
                sim::violation::torn_record, sim::violation::data_race},
               {"libbpf kernel.drain.load_header=relaxed", trigger::edge, under_relaxed,
                sim::violation::torn_record, sim::violation::data_race},
               {"libbpf kernel.drain.store_consumer_pos=relaxed", trigger::edge,
                under_arm | under_riscv | under_power | under_languages,
                sim::violation::torn_record, sim::violation::data_race}},
};

const scenario user_ring_two_drains{
    .name = "user-ring-two-drains",
    .claim = "two programs may drain one ring at a time (the second one gets -EBUSY)",
    .shape = "lock",
    .source = "bpf_user_ringbuf_drain(), Linux 6.12",
    .ring_bytes = 32,
    .needs = {need::user_ring},
    .setup = [](world& w) { send(w, 0xA); },
    .threads = {{"cpu0", drain}, {"cpu1", drain}},
    .always = [](const outcome& o) -> std::optional<finding> {
        for (unsigned t = 0; t < 2; ++t)
            if (static_cast<std::int64_t>(o.threads[t].seen[0]) == -EBUSY)
                return finding{sim::violation::assertion, "a drain was refused: -EBUSY"};
        return std::nullopt;
    },
    .sometimes = {{"each drain ran alone",
                   [](const outcome& o) {
                       return o.threads[0].seen[0] + o.threads[1].seen[0] == 1;
                   }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::assertion}},
    .museum = {{.id = "U1",
                .symptom = "the second drain is refused: -EBUSY",
                .broken = {"libbpf"},
                .repaired = {},
                .status = upstream::by_design,
                .history = "documented; the samples wait for the next drain, which nobody promises",
                .citation = "bpf_user_ringbuf_drain() in include/uapi/linux/bpf.h"}},
};

extern const scenario user_ring_handover;
const scenario user_ring_handover{
    .name = "user-ring-handover",
    .claim = "a drain goes on where the one before it ended",
    .shape = "lock",
    .source = "bpf_user_ringbuf_drain(), Linux 6.1 and 6.10: how the busy flag is cleared",
    .ring_bytes = 32,
    .needs = {need::user_ring},
    .setup = [](world& w) { send(w, 0xA); },
    .threads = {{"cpu0", drain}, {"cpu1", drain}},
    .sometimes = {{"the second drain found nothing left",
                   [](const outcome& o) {
                       return drained(o, 0, 1) && o.threads[1].finished &&
                              o.threads[1].seen[0] == 0;
                   }}},
    // Without an order on the flag Arm and POWER still keep it behind consumer_pos, for the drain
    // looks for another sample in between, and its acquire loads order the two stores there.
    .expect = {{"libbpf"},
               {"libbpf kernel=6.1"},
               {"libbpf kernel.drain.clear_busy=relaxed", trigger::edge,
                under_riscv | under_languages, sim::violation::out_of_order_record,
                sim::violation::data_race},
               // What the kernel's memory model promises of 6.1's barrier.
               {"libbpf kernel=6.1 kernel.drain.reset_barrier=none", trigger::edge,
                under_riscv | under_languages, sim::violation::out_of_order_record,
                sim::violation::data_race},
               // It has another end.
               {"libbpf kernel=6.1 kernel.drain.clear_busy=relaxed"}},
};

const scenario user_ring_stops{
    .name = "user-ring-stops",
    .claim = "a drain goes on where one ended whose callback wanted no more",
    .shape = "lock",
    .source = "bpf_user_ringbuf_drain(), Linux 6.1 and 6.10: a callback that returns 1",
    .ring_bytes = 32,
    .needs = {need::user_ring},
    .setup = [](world& w) { send(w, 0xA); },
    .threads = {{"cpu0", drain_one}, {"cpu1", drain_one}},
    .sometimes = {{"the second drain found nothing left",
                   [](const outcome& o) {
                       return drained(o, 0, 1) && o.threads[1].finished &&
                              o.threads[1].seen[0] == 0;
                   }}},
    // Nothing is loaded between the store of consumer_pos and that of the flag, so that no acquire
    // stands between them: every machine that reorders stores takes the sample twice.
    .expect = {{"libbpf"},
               {"libbpf kernel=6.1"},
               {"libbpf kernel.drain.clear_busy=relaxed", trigger::edge,
                under_arm | under_riscv | under_power | under_languages,
                sim::violation::out_of_order_record, sim::violation::data_race},
               {"libbpf kernel=6.1 kernel.drain.reset_barrier=none", trigger::edge,
                under_arm | under_riscv | under_power | under_languages,
                sim::violation::out_of_order_record, sim::violation::data_race}},
};

const scenario user_ring_two_producers{
    .name = "user-ring-two-producers",
    .claim = "two threads may produce to one user ring (not without a lock of their own)",
    .shape = "lock",
    .source = "https://github.com/aya-rs/aya/pull/1599",
    .ring_bytes = 64,
    .needs = {need::user_ring},
    .threads = {{"user0", [](world& w) { send_locked(w, 0xA); }},
                {"user1", [](world& w) { send_locked(w, 0xB); }},
                {"cpu0", drain}},
    .sometimes = {{"both were sent and drained",
                   [](const outcome& o) { return drained(o, 2, 2); }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::torn_record,
                sim::violation::data_race},
               {"libbpf user_producer.lock=acquire user_producer.unlock=release"},
               {"libbpf user_producer.lock=acquire", trigger::edge, under_all,
                sim::violation::deadlock}},
    .museum = {{.id = "U6",
                .symptom = "two producers on one user ring",
                .broken = {"libbpf"},
                .repaired = {"libbpf user_producer.lock=acquire user_producer.unlock=release"},
                .status = upstream::open,
                .history = "the review of aya's UserRingBuf, September 2026: safe code could make "
                           "two producers of one map, which reserve the same bytes. libbpf has "
                           "one producer by contract; a lock around the reservation is enough",
                .citation = "https://github.com/aya-rs/aya/pull/1599"}},
};

const scenario user_ring_skipped{
    .name = "user-ring-skipped",
    .claim = "a record that is still BUSY is not passed",
    .shape = "MP",
    .source = "__bpf_user_ringbuf_peek(), Linux 6.12",
    .ring_bytes = 64,
    .needs = {need::user_ring},
    .threads = {{"user",
                 [](world& w) {
                     const record r = w.user_ring_buffer__reserve(8);
                     // Marked for discarding in advance, and then not discarded after all.
                     w.write_user_header(r, 8 | BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
                     w.write(r, 0xA);
                     w.write_user_header(r, 8 | BPF_RINGBUF_BUSY_BIT);
                     w.user_ring_buffer__submit(r);
                 }},
                {"cpu0", drain}},
    .sometimes = {{"the drain came too early", [](const outcome& o) { return drained(o, 1, 0); }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_record},
               {"libbpf kernel=7.3", trigger::edge, under_all, sim::violation::lost_record}},
    .museum = {{.id = "U2",
                .symptom = "BUSY and DISCARD: skipped too soon",
                .broken = {"libbpf"},
                .repaired = {},
                .beside = {"libbpf", trigger::edge, "user-ring"},
                .status = upstream::open,
                .history = "the kernel tests DISCARD first; libbpf never sets both, another "
                           "producer may",
                .citation = "__bpf_user_ringbuf_peek(), kernel/bpf/ringbuf.c",
                .by = evidence::verified}},
};

const scenario user_ring_wedged{
    .name = "user-ring-wedged",
    .claim = "a malformed record is got rid of (it stays, and nothing behind it is seen)",
    .shape = "state",
    .source = "__bpf_user_ringbuf_peek(), Linux 6.12",
    .ring_bytes = 64,
    .needs = {need::user_ring},
    .threads = {{"user",
                 [](world& w) {
                     const record r = w.user_ring_buffer__reserve(8);
                     w.write_user_header(r, 4096);
                     send(w, 0xB);
                 }},
                {"cpu0",
                 [](world& w) {
                     drain(w);
                     drain(w);
                 }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        // Once it is refused, every drain begins at the same place and ends the same way.
        const auto result = static_cast<std::int64_t>(o.threads[1].seen[0]);
        const bool refused = result == -EINVAL || result == -E2BIG;
        const bool sent = o.threads[0].finished && o.threads[1].finished;
        if (refused && sent && o.rings[0].consumer_pos == 0 && o.threads[1].taken_count == 0)
            return finding{sim::violation::lost_record, "what is behind a bad header never comes"};
        return std::nullopt;
    },
    .sometimes = {{"the drain came too early",
                   [](const outcome& o) { return o.threads[1].seen[0] == 0; }}},
    .expect = {{"libbpf", trigger::edge, under_all, sim::violation::lost_record},
               {"libbpf kernel=7.3", trigger::edge, under_all, sim::violation::lost_record}},
    .museum = {{.id = "U3",
                .symptom = "one bad header stops the ring",
                .broken = {"libbpf"},
                .repaired = {},
                .beside = {"libbpf", trigger::edge, "user-ring"},
                .status = upstream::by_design,
                .history =
                    "errors never move consumer_pos; in question for producers in Rust whose "
                    "safe handles could send a bad size (aya pull request 1599)",
                .citation = "https://github.com/aya-rs/aya/pull/1599"}},
};

const scenario user_ring_room{
    .name = "user-ring-room",
    .claim = "a producer that waits without a timeout gets its room (it gets NULL)",
    .shape = "state",
    .source = "user_ring_buffer__reserve_blocking(), tools/lib/bpf/ringbuf.c, Linux 6.12",
    .ring_bytes = 64,
    .waits = wait_kind::in_epoll,
    .needs = {need::user_ring},
    .setup =
        [](world& w) {
            send(w, 0xA);
            send(w, 0xB);
            send(w, 0xC);  // 16 bytes are left
        },
    .threads = {{"user",
                 [](world& w) {
                     const record r = w.user_ring_buffer__reserve_blocking(24);  // 32 bytes
                     if (!r) return;
                     w.write(r, 0xD);
                     w.user_ring_buffer__submit(r);
                 }},
                {"cpu0", [](world& w) { w.me().seen[0] = w.bpf_ringbuf_query_avail_data(); }}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[0].reservations_failed > 0)
            return finding{sim::violation::assertion,
                           "NULL for want of room, though it waits without a timeout"};
        return std::nullopt;
    },
    .sometimes = {{"the producer was told that there is room",
                   [](const outcome& o) { return o.threads[0].sleeps > 0; }}},
    .expect = {{"libbpf", trigger::level, under_all, sim::violation::assertion}},
    .museum = {{.id = "U4",
                .symptom = "reserve_blocking(-1) gives up",
                .broken = {"libbpf", trigger::level},
                .repaired = {},
                .beside = {"libbpf", trigger::level, "user-ring-full"},
                .status = upstream::open,
                .history =
                    "EPOLLOUT is level-triggered and true as soon as the ring is not full; with "
                    "a timeout of -1 the `continue` behind epoll_wait() leads to a condition that "
                    "no time is left, so a record that needs more than is left gets NULL",
                .citation = "user_ring_buffer__reserve_blocking(), tools/lib/bpf/ringbuf.c",
                .by = evidence::verified}},
};

extern const scenario user_ring_full;
const scenario user_ring_full{
    .name = "user-ring-full",
    .claim = "a producer that waits on a full ring is woken by the drain",
    .shape = "SB",
    .source = "bpf_user_ringbuf_drain(), Linux 6.12",
    .ring_bytes = 32,
    .waits = wait_kind::in_epoll,
    .needs = {need::user_ring},
    .setup = fill,
    .threads = {{"user", send_when_there_is_room}, {"cpu0", drain}},
    .sometimes = {{"the producer waited and went on", waited_and_went_on}},
    .expect = {{"libbpf", trigger::level}, {"libbpf kernel=6.1", trigger::level}},
};

extern const scenario user_ring_skips;
const scenario user_ring_skips{
    .name = "user-ring-skips",
    .claim = "a producer that waits is woken by a drain that finds discarded samples only",
    .shape = "SB",
    .source = "bpf_user_ringbuf_drain(), Linux 6.12: a discarded sample counts for the wakeup",
    .ring_bytes = 32,
    .waits = wait_kind::in_epoll,
    .needs = {need::user_ring},
    .setup =
        [](world& w) {
            w.user_ring_buffer__discard(w.user_ring_buffer__reserve(8));
            w.user_ring_buffer__discard(w.user_ring_buffer__reserve(8));
        },
    .threads = {{"user", send_when_there_is_room}, {"cpu0", drain}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (o.threads[1].finished && o.threads[1].seen[0] > 1)
            return finding{sim::violation::assertion, "the drain counts what was discarded"};
        return std::nullopt;
    },
    .sometimes = {{"the producer waited and went on", waited_and_went_on}},
    .expect = {{"libbpf", trigger::level}, {"libbpf kernel=6.1", trigger::level}},
};

extern const scenario user_ring_silent;
const scenario user_ring_silent{
    .name = "user-ring-silent",
    .claim = "a producer that waits is woken by a drain with BPF_RB_NO_WAKEUP (it is not)",
    .shape = "state",
    .source = "bpf_user_ringbuf_drain(), Linux 6.12",
    .ring_bytes = 32,
    .waits = wait_kind::in_epoll,
    .needs = {need::user_ring},
    .setup = fill,
    .threads = {{"user", send_when_there_is_room},
                {"cpu0", [](world& w) { w.bpf_user_ringbuf_drain(BPF_RB_NO_WAKEUP); }}},
    .sometimes = {{"the producer found room at once",
                   [](const outcome& o) {
                       return o.threads[0].sleeps == 0 && o.threads[0].finished;
                   }}},
    .expect = {{"libbpf", trigger::level, under_all, sim::violation::deadlock}},
};

extern const scenario user_ring_forced;
const scenario user_ring_forced{
    .name = "user-ring-forced",
    .claim = "BPF_RB_FORCE_WAKEUP wakes a producer though the drain finds nothing",
    .shape = "SB",
    .source = "bpf_user_ringbuf_drain(), Linux 6.12",
    .ring_bytes = 32,
    .waits = wait_kind::in_epoll,
    .needs = {need::user_ring},
    .setup = fill,
    .threads = {{"user", send_when_there_is_room},
                {"cpu0",
                 [](world& w) {
                     w.bpf_user_ringbuf_drain(BPF_RB_NO_WAKEUP);
                     w.bpf_user_ringbuf_drain(BPF_RB_FORCE_WAKEUP);
                 }}},
    .sometimes = {{"the producer waited and went on", waited_and_went_on}},
    .expect = {{"libbpf", trigger::level}},
};

const scenario user_ring_wrap{
    .name = "user-ring-wrap",
    .claim = "a sample is drained, however many the ring has carried",
    .shape = "wrap",
    .source = "__bpf_user_ringbuf_peek(), Linux 7.3",
    .ring_bytes = 64,
    .needs = {need::user_ring},
    .start = 0xFFFF'FFF0,
    .setup = [](world& w) { send(w, 0xA); },
    .threads = {{"user", [](world& w) { send(w, 0xB); }}, {"cpu0", drain}},
    .always = [](const outcome& o) -> std::optional<finding> {
        if (drained(o, 1, 0))
            return finding{sim::violation::lost_record, "a sample that is there is not drained"};
        return std::nullopt;
    },
    .sometimes = {{"the drain took A alone", [](const outcome& o) { return drained(o, 1, 1); }},
                  {"the drain took both", [](const outcome& o) { return drained(o, 1, 2); }}},
    .expect = {{"libbpf kernel=7.3"},
               {"libbpf kernel=7.3 bits=32", trigger::edge, under_all, sim::violation::lost_record},
               {"libbpf kernel=6.1 bits=8", trigger::edge, under_all, sim::violation::lost_record}},
    .museum = {{.id = "C6",
                .symptom = "a user ring is stuck behind a wrap",
                .broken = {"libbpf kernel=7.3 bits=32"},
                .repaired = {},
                .beside = {"libbpf kernel=7.3"},
                .status = upstream::open,
                .history =
                    "cons_pos >= prod_pos as numbers, on 32 bits; Andrii Nakryiko pointed at "
                    "it in 2023, and it is so in Linux 7.3",
                .citation =
                    "https://lore.kernel.org/bpf/20230824220907.1172808-1-awerner32@gmail.com/",
                .by = evidence::verified}},
};

}  // namespace ringsim::scenarios
