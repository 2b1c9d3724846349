// Data races by the orders that the source states, whatever the model of the machine: C and C++
// leave a program undefined that has one, on every machine. Happens-before is RC11's (see
// sim/graph/models/rc11.hpp), of the orders in label::source.
//
// By vector clocks, in one pass over the events in an order in which the program could have run: an
// event happens before another if the other's clock counts it.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// Which events of each thread happen before something: so many, from the thread's first. A vector
// clock (Lamport 1978; Mattern 1989): one number for each thread is enough, for the events of a
// thread happen before one another in order. Litmus tests, which alone have more threads
// than threads_max, have no such races.
using event_clock = std::array<std::uint16_t, threads_max>;

// An event as this file looks at it: with the order that the source gives it, whatever the mapping
// made of it.
struct source_event {
    event_kind kind = event_kind::fence;
    order how = order::none;
    bool rmw_write = false;
    unsigned thread = 0;
    location_id location = 0;
    std::uint64_t bytes = ~std::uint64_t{0};  // of the location, as a mask of bits
    int po_prev = -1;
    int rf = -1;  // of a read: the write that it reads from, if there is one
    // Of a read of several parts, and of the write of such a read-modify-write: others.
    std::vector<int> others{};
    int overwrites = -1;  // of the write of a read-modify-write: what its read half reads from
};

class source_races {
  public:
    // Clocks only grow, so the rounds end. A cycle of po and rf is possible under models with load
    // buffering.
    explicit source_races(std::vector<source_event> events)
        : events_(std::move(events)), rows_(events_.size()) {
        number_in_threads();
        // One round in an order of po and rf; more where these have a cycle.
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t e = 0; e < events_.size(); ++e) changed |= update(e);
        }
    }

    struct pair {
        unsigned first;
        unsigned second;
    };
    // The first pair of accesses in conflict, one of them plain, that nothing orders. By numbers of
    // events, so that the same execution always has the same race.
    std::optional<pair> find() const {
        for (unsigned b = 0; b < events_.size(); ++b)
            for (unsigned a = 0; a < b; ++a)
                if (conflict(events_[a], events_[b]) && !before(a, b) && !before(b, a))
                    return pair{a, b};
        return std::nullopt;
    }

  private:
    // What is known of an event. All clocks grow until nothing changes any more.
    struct row {
        event_clock seen{};        // what happens before the event, and the event
        event_clock message{};     // of a write: what an acquiring reader synchronises with
        event_clock pending{};     // messages that a later acquire fence takes over
        event_clock fence{};       // of the newest release fence of the thread
        std::uint16_t number = 0;  // place in its thread, from 1
    };

    // The kernel's `full` is both.
    static bool acquires(order o) {
        return o == order::acquire || o == order::acq_rel || o == order::seq_cst ||
               o == order::full;
    }
    static bool releases(order o) {
        return o == order::release || o == order::acq_rel || o == order::seq_cst ||
               o == order::full;
    }
    static bool is_access(const source_event& e) {
        return e.kind == event_kind::read || e.kind == event_kind::write;
    }
    // Two accesses of different threads to one byte at least, one of which writes and one of which
    // is plain (C11 5.1.2.4).
    static bool conflict(const source_event& a, const source_event& b) {
        return is_access(a) && is_access(b) && a.thread != b.thread && a.location == b.location &&
               (a.bytes & b.bytes) != 0 &&
               (a.kind == event_kind::write || b.kind == event_kind::write) &&
               (a.how == order::plain || b.how == order::plain);
    }
    // Two events of one thread as well, but those are no conflict.
    bool before(unsigned a, unsigned b) const {
        return rows_[b].seen[events_[a].thread] >= rows_[a].number;
    }
    // Takes the greater number of each thread; whether that changed anything.
    static bool join(event_clock& to, const event_clock& from) {
        bool grew = false;
        for (unsigned t = 0; t < threads_max; ++t) {
            grew = grew || from[t] > to[t];
            to[t] = std::max(to[t], from[t]);
        }
        return grew;
    }
    // Every event happens before itself, in its own clock: before() asks for no more than >=.
    void number_in_threads() {
        for (std::size_t e = 0; e < events_.size(); ++e) {
            unsigned n = 1;
            for (int p = events_[e].po_prev; p >= 0;
                 p = events_[static_cast<std::size_t>(p)].po_prev)
                ++n;
            rows_[e].number = static_cast<std::uint16_t>(n);
            rows_[e].seen[events_[e].thread] = rows_[e].number;
        }
    }

    // The rules, in the order of their definition: program order; what a read takes from the write
    // that it reads from, at once if it acquires, else at the next acquire fence; what a fence
    // makes of both; what a write passes on, by itself or by the fence before it; and a release
    // sequence, which goes on through the read-modify-writes that read from it. Whether anything
    // grew.
    bool update(std::size_t i) {
        const source_event& e = events_[i];
        row& mine = rows_[i];
        bool grew = false;
        if (e.po_prev >= 0) {
            const row& prev = rows_[static_cast<std::size_t>(e.po_prev)];
            grew |= join(mine.seen, prev.seen);
            grew |= join(mine.pending, prev.pending);
            grew |= join(mine.fence, prev.fence);
        }
        // A plain read takes nothing over: it may race with the write.
        if (e.kind == event_kind::read && e.rf >= 0 && e.how != order::plain) {
            grew |= take(mine, e.how, e.rf);
            for (const int other : e.others) grew |= take(mine, e.how, other);
        }
        if (e.kind == event_kind::fence) {
            if (acquires(e.how)) grew |= join(mine.seen, mine.pending);
            // A later relaxed store passes on what this fence has seen.
            if (releases(e.how)) grew |= join(mine.fence, mine.seen);
        }
        if (e.kind == event_kind::write && e.how != order::plain) {
            // By itself, or by the release fence before it in its thread.
            grew |= join(mine.message, releases(e.how) ? mine.seen : mine.fence);
            if (e.overwrites >= 0)
                grew |= join(mine.message, rows_[static_cast<std::size_t>(e.overwrites)].message);
            for (const int other : e.others)
                grew |= join(mine.message, rows_[static_cast<std::size_t>(other)].message);
        }
        return grew;
    }

    // What a read gets of the write that it reads from. It is pending in any case, for an acquire
    // fence that comes later (C11 7.17.4).
    bool take(row& mine, order how, int from) {
        const event_clock& message = rows_[static_cast<std::size_t>(from)].message;
        bool grew = join(mine.pending, message);
        if (acquires(how)) grew |= join(mine.seen, message);
        return grew;
    }

    std::vector<source_event> events_;
    std::vector<row> rows_;
};

// The writes that a read of a location with parts reads from: of each byte the newest one that
// memory had, which is found from write to write backwards in co. What the thread has by itself
// orders nothing.
inline std::vector<int> sources_of_parts(const std::vector<recorded_event>& all,
                                         const std::vector<source_event>& known, unsigned reader,
                                         int last_of_thread) {
    const recorded_event& r = all[reader];
    std::uint64_t wanted = mask_of(r.what);
    const unsigned co = r.reads_from == 0 ? 0 : all[r.reads_from - 1].co;
    for (int e = last_of_thread; e >= 0; e = known[static_cast<std::size_t>(e)].po_prev) {
        const recorded_event& own = all[static_cast<std::size_t>(e)];
        const bool stores = own.what.kind == event_kind::write && own.co > co;
        if (stores && own.what.location == r.what.location) wanted &= ~mask_of(own.what);
    }
    std::vector<int> found;
    for (unsigned from = r.reads_from; from != 0 && from <= known.size() && wanted != 0;) {
        const recorded_event& w = all[from - 1];
        if ((wanted & mask_of(w.what)) != 0 && w.thread != r.thread)
            found.push_back(static_cast<int>(from) - 1);
        wanted &= ~mask_of(w.what);
        const int half = known[from - 1].po_prev;
        from = w.what.rmw ? all[static_cast<std::size_t>(half)].reads_from : 0;
    }
    return found;
}

// Of the events of a recorded execution, with the orders that its program states.
inline std::optional<source_races::pair> race_by_source(const std::vector<recorded_event>& all,
                                                        const program& p) {
    std::array<int, graph_threads_max> last;
    last.fill(-1);
    std::vector<source_event> events;
    events.reserve(all.size());
    for (const recorded_event& r : all) {
        source_event e;
        e.kind = r.what.kind;
        // A barrier of the mapping is the machine's, and says nothing in the language.
        e.how = r.what.implied ? order::none : p.source_order(r.what, r.value);
        e.thread = r.thread;
        e.location = r.what.location;
        e.po_prev = last[r.thread];
        e.bytes = mask_of(r.what);
        if (is_store_to_part(r.what) && r.what.kind == event_kind::read) {
            e.kind = event_kind::fence;
            e.how = order::none;
        } else if (r.what.mixed && r.what.kind == event_kind::read) {
            e.others =
                sources_of_parts(all, events, static_cast<unsigned>(events.size()), e.po_prev);
            if (!e.others.empty()) {
                e.rf = e.others.back();
                e.others.pop_back();
            }
        } else if (r.what.kind == event_kind::read) {
            e.rf = static_cast<int>(r.reads_from) - 1;
        }
        if (r.what.rmw && e.po_prev >= 0) {
            const source_event& half = events[static_cast<std::size_t>(e.po_prev)];
            e.overwrites = half.rf;
            e.others = half.others;
        }
        last[r.thread] = static_cast<int>(events.size());
        events.push_back(e);
    }
    return source_races(std::move(events)).find();
}

}  // namespace ringsim::sim::graph
