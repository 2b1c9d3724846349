// Data races by the orders that the source states, whatever the model of the machine: C and C++
// leave a program undefined that has one, on every machine. Happens-before is RC11's (see
// sim/graph/models/rc11.hpp), of the orders in label::source.
//
// In one pass over the events in an order in which the program could have run: of each, the set of
// those that happen before it. A search does that for each of its executions, so nothing is
// allocated for it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/graph/mutant.hpp"
#include "sim/graph/program.hpp"
#include "sim/graph/record.hpp"

namespace ringsim::sim::graph {

// The events of a recorded execution by their places in it: what source_races asks for. The places
// are an order in which each comes behind its predecessors in po and rf, but for what was read
// ahead.
class recorded_order {
  public:
    static constexpr unsigned capacity = events_max;

    explicit recorded_order(const std::vector<recorded_event>& all) : all_(all) {}

    unsigned size() const { return static_cast<unsigned>(all_.size()); }
    const label& what(unsigned i) const { return all_[i].what; }
    std::uint64_t value(unsigned i) const { return all_[i].value; }
    unsigned thread(unsigned i) const { return all_[i].thread; }
    unsigned co(unsigned i) const { return all_[i].co; }
    // The place of what the read `i` reads from; -1: the initial value, or what is not there.
    int source(unsigned i) const { return static_cast<int>(all_[i].reads_from) - 1; }

  private:
    const std::vector<recorded_event>& all_;
};

// The same of a graph, in the order of events_in_some_order().
template <class G>
class graph_order {
  public:
    static constexpr unsigned capacity = G::capacity;

    explicit graph_order(const G& g) : g_(g) {
        each_in_some_order(g, [&](event_id e) {
            place_[e] = static_cast<std::int16_t>(size_);
            order_[size_++] = e;
        });
    }

    unsigned size() const { return size_; }
    const label& what(unsigned i) const { return at(i).what; }
    std::uint64_t value(unsigned i) const { return at(i).value; }
    unsigned thread(unsigned i) const { return at(i).thread; }
    unsigned co(unsigned i) const { return at(i).co; }
    int source(unsigned i) const {
        const event& e = at(i);
        return e.what.kind == event_kind::read && e.rf < to_come ? place_[e.rf] : -1;
    }

  private:
    const event& at(unsigned i) const { return g_[order_[i]]; }

    const G& g_;
    unsigned size_ = 0;
    std::array<event_id, capacity> order_;
    std::array<std::int16_t, capacity> place_;
};

template <class Order>
class source_races {
  public:
    source_races(const Order& all, const program& p) : all_(all), program_(p) {}

    struct pair {
        unsigned first;
        unsigned second;
    };
    // The first pair of accesses in conflict, one of them plain, that nothing orders. By places, so
    // that the same execution always has the same race.
    std::optional<pair> find() {
        if (!take_in()) return std::nullopt;
        happen();
        for (unsigned b = 0; b < all_.size(); ++b) {
            if (!s().entries[b].is_access || !location_of(b).may_race()) continue;
            std::optional<unsigned> first;
            for (int i = s().entries[b].before_at_location; i >= 0;) {
                const auto a = static_cast<unsigned>(i);
                if (conflict(a, b) && !before(a, b) && !before(b, a)) first = a;
                i = s().entries[a].before_at_location;
            }
            if (first) return pair{*first, b};
        }
        return std::nullopt;
    }

  private:
    using set = bits<Order::capacity / 64>;

    // An event as this file looks at it.
    struct entry {
        order how = order::none;  // by the source, whatever the mapping made of it
        bool is_access = false;
        int po_prev = -1;
        int before_at_location = -1;  // the nearest access of the location
    };
    struct of_location {
        int last = -1;  // access
        unsigned thread = 0;
        bool of_several = false;  // threads
        bool plain = false;
        bool written = false;

        bool may_race() const { return of_several && plain && written; }
    };
    struct row {
        set seen{};     // what happens before the event, and the event
        set message{};  // of a write: what an acquiring reader synchronises with
        set pending{};  // messages that a later acquire fence takes over
        set fence{};    // of the newest release fence of the thread

        bool operator==(const row&) const = default;
    };
    // Kept from one execution to the next for its memory alone.
    struct scratch {
        std::vector<entry> entries;
        std::vector<of_location> locations;
        std::vector<row> rows;
    };
    static scratch& s() {
        static thread_local scratch kept;
        return kept;
    }

    // The kernel's `full` is both.
    static bool acquires(order o) {
        return o == order::acquire || o == order::acq_rel || o == order::seq_cst ||
               o == order::full;
    }
    static bool releases(order o) {
        return o == order::release || o == order::acq_rel || o == order::seq_cst ||
               o == order::full;
    }

    const of_location& location_of(unsigned i) const {
        return s().locations[all_.what(i).location];
    }

    // False: no two accesses can race, whatever their order.
    bool take_in() {
        s().entries.assign(all_.size(), {});
        for (unsigned i = 0; i < all_.size(); ++i) {
            const location_id l = all_.what(i).location;
            if (l >= s().locations.size()) s().locations.resize(l + 1u);
            s().locations[l] = {};
        }
        std::array<int, graph_threads_max> last;
        last.fill(-1);
        bool any = false;
        for (unsigned i = 0; i < all_.size(); ++i) {
            const label& l = all_.what(i);
            entry& e = s().entries[i];
            // A barrier of the mapping is the machine's, and says nothing in the language.
            if (!l.implied) e.how = program_.source_order(l, all_.value(i));
            e.po_prev = last[all_.thread(i)];
            last[all_.thread(i)] = static_cast<int>(i);
            // The read half of a store to a part reads nothing.
            const bool read = l.kind == event_kind::read && !is_store_to_part(l);
            e.is_access = read || l.kind == event_kind::write;
            if (!e.is_access) continue;
            of_location& at = s().locations[l.location];
            e.before_at_location = at.last;
            at.of_several |= at.last >= 0 && at.thread != all_.thread(i);
            at.thread = all_.thread(i);
            at.plain |= e.how == order::plain;
            at.written |= l.kind == event_kind::write;
            at.last = static_cast<int>(i);
            any |= at.may_race();
        }
        return any;
    }

    // Two accesses of different threads to one byte at least, one of which writes and one of which
    // is plain (C11 5.1.2.4).
    bool conflict(unsigned a, unsigned b) const {
        const label &x = all_.what(a), &y = all_.what(b);
        return all_.thread(a) != all_.thread(b) && overlap(x, y) &&
               (x.kind == event_kind::write || y.kind == event_kind::write) &&
               (s().entries[a].how == order::plain || s().entries[b].how == order::plain);
    }
    bool before(unsigned a, unsigned b) const {
        return s().rows[b].seen.test(static_cast<event_id>(a));
    }

    // One round, since each event comes behind what it takes something from; more where something
    // was read ahead, until nothing changes. Rows only grow, so the rounds end.
    void happen() {
        s().rows.assign(all_.size(), {});
        for (bool again = true; again;) {
            again = false;
            bool ahead = false;
            for (unsigned i = 0; i < all_.size(); ++i) again |= update(i, ahead);
            again &= ahead;
        }
    }

    // The rules, in the order of their definition: program order; what a read takes from the write
    // that it reads from, at once if it acquires, else at the next acquire fence (C11 7.17.4); what
    // a fence makes of both; what a write passes on, by itself or by the fence before it; and a
    // release sequence, which goes on through the read-modify-writes that read from it. Whether
    // anything changed; `ahead` is set if a source comes later.
    bool update(unsigned i, bool& ahead) {
        const entry& e = s().entries[i];
        const label& l = all_.what(i);
        row now;
        if (e.po_prev >= 0) {
            now = s().rows[static_cast<std::size_t>(e.po_prev)];
            now.message = set::none();
        }
        now.seen.set(static_cast<event_id>(i));
        // A plain read takes nothing over: it may race with the write.
        if (l.kind == event_kind::read && e.how != order::plain)
            each_source(i, [&](unsigned w) {
                ahead |= w > i;
                now.pending |= s().rows[w].message;
                if (acquires(e.how) && !mutated(mutant::source_acquires_nothing))
                    now.seen |= s().rows[w].message;
            });
        if (l.kind == event_kind::fence && !mutated(mutant::source_no_fence)) {
            if (acquires(e.how)) now.seen |= now.pending;
            // A later relaxed store passes on what this fence has seen.
            if (releases(e.how)) now.fence |= now.seen;
        }
        if (l.kind == event_kind::write && e.how != order::plain) {
            // By itself, or by the release fence before it in its thread.
            now.message = releases(e.how) ? now.seen : now.fence;
            if (l.rmw && e.po_prev >= 0 && !mutated(mutant::source_no_release_sequence))
                each_source(static_cast<unsigned>(e.po_prev),
                            [&](unsigned w) { now.message |= s().rows[w].message; });
        }
        if (now == s().rows[i]) return false;
        s().rows[i] = now;
        return true;
    }

    // The writes that the read `i` reads from: one, but of a location with parts of each byte the
    // newest one that memory had, found from write to write backwards in co. What the thread has by
    // itself orders nothing.
    template <class F>
    void each_source(unsigned i, F&& f) const {
        const label& l = all_.what(i);
        int from = all_.source(i);
        if (!l.mixed) {
            if (from >= 0) f(static_cast<unsigned>(from));
            return;
        }
        if (is_store_to_part(l)) return;
        std::uint64_t wanted = mask_of(l);
        const unsigned co = from < 0 ? 0 : all_.co(static_cast<unsigned>(from));
        for (int p = s().entries[i].po_prev; p >= 0;) {
            const auto own = static_cast<unsigned>(p);
            const label& o = all_.what(own);
            if (o.kind == event_kind::write && o.location == l.location && all_.co(own) > co)
                wanted &= ~mask_of(o);
            p = s().entries[own].po_prev;
        }
        while (from >= 0 && wanted != 0) {
            const auto w = static_cast<unsigned>(from);
            if ((wanted & mask_of(all_.what(w))) != 0 && all_.thread(w) != all_.thread(i)) f(w);
            wanted &= ~mask_of(all_.what(w));
            const int half = s().entries[w].po_prev;
            from = all_.what(w).rmw ? all_.source(static_cast<unsigned>(half)) : -1;
        }
    }

    const Order& all_;
    const program& program_;
};

}  // namespace ringsim::sim::graph
