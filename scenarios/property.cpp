#include "scenarios/property.hpp"

#include <algorithm>

namespace ringsim::scenarios {
namespace {

using sim::violation;

// The entry that tells most about how a record was made: a thread that took a record over from
// setup() knows its final state, setup() knows only that it was reserved.
const made_record* made_as(const outcome& o, const auto& record) {
    const made_record* found = nullptr;
    auto look = [&](const thread_facts& facts) {
        for (const made_record& m : facts.records_made())
            if (same_record(m, record) && (!found || found->state == record_state::reserved))
                found = &m;
    };
    look(o.setup);
    for (unsigned t = 0; t < o.thread_count; ++t) look(o.threads[t]);
    return found;
}

std::optional<finding> wrong_record(const outcome& o, const thread_facts& consumer) {
    std::array<std::uint64_t, rings_max> expected_pos{};
    for (const taken_record& taken : consumer.records_taken()) {
        const made_record* made = made_as(o, taken);
        if (!made) return finding{violation::torn_record, "took a record that nobody made"};
        if (made->state != record_state::committed)
            return finding{violation::torn_record, "took a record that was never submitted"};
        if (taken.len != made->len || !taken.uniform || taken.payload != made->payload)
            return finding{violation::torn_record, "the payload is not what the producer wrote"};
        std::uint64_t& expected = expected_pos[taken.ring];
        if (taken.pos < expected)
            return finding{violation::out_of_order_record, "took a record behind a later one"};
        expected = taken.pos + record_size(taken.len);
    }
    return std::nullopt;
}

// How often a record was handed to a consumer's callback.
unsigned times_taken(const outcome& o, const auto& record) {
    auto taken_by = [&](const thread_facts& facts) {
        return std::ranges::count_if(facts.records_taken(), [&](const taken_record& taken) {
            return same_record(taken, record);
        });
    };
    auto times = taken_by(o.setup);
    for (unsigned t = 0; t < o.thread_count; ++t) times += taken_by(o.threads[t]);
    return static_cast<unsigned>(times);
}

std::optional<finding> taken_twice(const outcome& o) {
    for (unsigned t = 0; t < o.thread_count; ++t)
        for (const taken_record& taken : o.threads[t].records_taken())
            if (times_taken(o, taken) > 1)
                return finding{violation::out_of_order_record, "took a record a second time"};
    return std::nullopt;
}

// A submitted record behind its ring's consumer_pos that no consumer was given, and that is still
// there.
std::optional<finding> lost_record(const outcome& o) {
    auto lost_by = [&](const thread_facts& facts) {
        return std::ranges::any_of(facts.records_made(), [&](const made_record& m) {
            const ring_end& ring = o.rings[m.ring];
            return m.state == record_state::committed && m.pos < ring.consumer_pos &&
                   m.pos >= ring.overwrite_pos && times_taken(o, m) == 0;
        });
    };
    bool lost = lost_by(o.setup);
    for (unsigned t = 0; t < o.thread_count; ++t) lost = lost || lost_by(o.threads[t]);
    if (lost) return finding{violation::lost_record, "consumer_pos passed a record nobody took"};
    return std::nullopt;
}

// More records than all threads and setup() can make.
using all_records_made = std::array<made_record, records_max*(sim::threads_max + 1)>;

// Two records of which neither was consumed when the other was made share bytes. Positions are
// logical, so it is enough to compare them.
std::optional<finding> overlap(const outcome& o) {
    all_records_made all{};
    std::size_t count = 0;
    for (unsigned t = 0; t < o.thread_count; ++t)
        for (const made_record& m : o.threads[t].records_made()) all[count++] = m;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = i + 1; j < count; ++j)
            if (all[i].ring == all[j].ring && all[i].pos < all[j].pos + record_size(all[j].len) &&
                all[j].pos < all[i].pos + record_size(all[i].len))
                return finding{violation::overrun, "two records share bytes of the ring"};
    return std::nullopt;
}

// A sample that a program is handed lies in the ring.
std::optional<finding> oversized_sample(const outcome& o) {
    for (unsigned t = 0; t < o.thread_count; ++t)
        for (const taken_record& taken : o.threads[t].records_taken())
            if (record_size(taken.len) > o.ring_bytes || taken.pos % 8 != 0)
                return finding{violation::overrun, "a program is handed memory beyond the ring"};
    return std::nullopt;
}

// Two reservations that are both still open lie on the same bytes of the ring, or one of them on
// its own: possible if userspace lies about consumer_pos and the kernel believes it.
std::optional<finding> overlay(const outcome& o) {
    all_records_made open{};
    std::size_t count = 0;
    const auto collect = [&](const thread_facts& facts) {
        for (const made_record& m : facts.records_made()) {
            const made_record* last = made_as(o, m);
            const bool is_open = (last ? last : &m)->state == record_state::reserved;
            const bool known =
                std::ranges::any_of(open.begin(), open.begin() + count,
                                    [&](const auto& k) { return same_record(k, m); });
            if (is_open && !known) open[count++] = m;
        }
    };
    collect(o.setup);
    for (unsigned t = 0; t < o.thread_count; ++t) collect(o.threads[t]);
    for (std::size_t i = 0; i < count; ++i) {
        if (record_size(open[i].len) > o.ring_bytes)
            return finding{violation::overrun, "a record is longer than the ring"};
        for (std::size_t j = i + 1; j < count; ++j) {
            const made_record& a = open[i].pos < open[j].pos ? open[i] : open[j];
            const made_record& b = open[i].pos < open[j].pos ? open[j] : open[i];
            if (a.ring != b.ring) continue;
            if (b.pos + record_size(b.len) - a.pos > o.ring_bytes)
                return finding{violation::overrun, "two open records share bytes of the ring"};
        }
    }
    return std::nullopt;
}

// Asleep although the oldest record that is there in some ring is committed, and no edge is on its
// way: one wakes the thread whichever of its rings it is for.
std::optional<finding> lost_notification(const outcome& o) {
    const auto is_ready = [](const ring_end& r) {
        return r.oldest() != r.producer_pos && !(r.header & BPF_RINGBUF_BUSY_BIT);
    };
    const bool waiting = std::ranges::any_of(o.ring_ends(), is_ready);
    const bool notified = std::ranges::any_of(o.ring_ends(), &ring_end::notify_pending);
    if (somebody_will_time_out(o)) return std::nullopt;
    for (unsigned t = 0; t < o.thread_count; ++t)
        if (o.threads[t].asleep && waiting && !notified)
            return finding{violation::lost_notification,
                           "the consumer sleeps for ever over a committed record"};
    return std::nullopt;
}

}  // namespace

bool somebody_will_time_out(const outcome& o) {
    return std::ranges::any_of(o.threads, &thread_facts::timed);
}

std::optional<finding> protocol_violation(const outcome& o) {
    if (o.hostile) {
        if (auto f = overlap(o)) return f;
        if (auto f = overlay(o)) return f;
        return oversized_sample(o);
    }
    for (unsigned t = 0; t < o.thread_count; ++t)
        if (auto f = wrong_record(o, o.threads[t])) return f;
    if (auto f = overlap(o)) return f;
    if (auto f = overlay(o)) return f;
    if (auto f = taken_twice(o)) return f;
    if (auto f = lost_record(o)) return f;
    return lost_notification(o);
}

std::optional<finding> judge(const scenario& s, const outcome& o) {
    if (auto f = protocol_violation(o)) return f;
    return s.always ? s.always(o) : std::nullopt;
}

std::optional<sim::graph::verdict_of_program> judge_end(const scenario& s, const outcome& o,
                                                        sim::graph::hang how) {
    using sim::graph::hang;
    using sim::graph::verdict_of_program;
    if (const auto f = judge(s, o)) return verdict_of_program{f->kind, std::string(f->what)};
    if (somebody_will_time_out(o)) return std::nullopt;
    if (how == hang::spins)
        return verdict_of_program{violation::busy_spin,
                                  "a thread polls for ever and finds nothing"};
    if (how == hang::waits)
        return verdict_of_program{violation::deadlock, "a thread waits for what never comes"};
    return std::nullopt;
}

}  // namespace ringsim::scenarios
