// An execution graph: events, program order, reads-from and coherence, with the rows that the model
// keeps for each event.
//
// Flat and without pointers, so that a graph is copied by copying its used part. An event keeps its
// slot for life; a freed slot is used again. `stamps` lists the events in the order in which they
// were added, which is what the exploration algorithm calls `<`.
//
// Three things are kept up with every change, since everybody asks for them: po (po_, place in a
// thread), (po | rf)+ as a set for each event (porf_), and co as a linked list with numbers, so
// that two writes are compared by their numbers. What a model derives from them, happens-before for
// one, is its own: its Rows, one for each event.
//
// Growing and taking back are not symmetrical. An event is appended, then gets rf or its place in
// co, and only then the model's rows. What is taken back is a set closed under po and rf from above
// (restrict_to()), so no event that stays has a row that mentions one that goes.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "sim/engine.hpp"
#include "sim/graph/event.hpp"
#include "sim/graph/mutant.hpp"
#include "sim/graph/open_part.hpp"

namespace ringsim::sim::graph {

// Locations that a program declared, with their initial values.
struct location_info {
    std::string name;
    std::uint64_t initial = 0;
};

// Why a read may read ahead: in some execution, the event `po` of thread `thread` writes `value` to
// the read's location, and nothing that the model keeps in order has the read before that write.
struct promise {
    static constexpr std::uint16_t anywhere = UINT16_MAX;

    std::uint64_t value = 0;
    event_id reader = no_event;
    std::uint16_t po = 0;  // anywhere: no write keeps it yet
    std::uint8_t thread = 0;
    bool free = false;  // whether any write of the thread may keep it, wherever it comes
};
inline constexpr unsigned promises_max = 32;  // in one graph

// The promises of a graph. Without load buffering a graph has no member for promises:
// [[no_unique_address]] below makes the empty one free.
template <bool kept>
struct promise_list {
    static constexpr unsigned size() { return 0; }
};
template <>
struct promise_list<true> {
    unsigned count = 0;
    promise items[promises_max];

    unsigned size() const { return count; }
};

template <unsigned W, class Rows>
class execution_graph {
  public:
    // W is the capacity in words of 64 events; Rows is what the model keeps for each event, and
    // must be trivially copyable.
    using set = bits<W>;
    static constexpr unsigned capacity = W * 64;
    // The part of a row that later events may change.
    using open_rows = typename open_part<Rows>::type;
    // Whether a row is so long that to ask whether it has changed pays.
    static constexpr bool rows_have_versions = sizeof(Rows) > sizeof(event);
    // Whether reads may read from writes that are to come: the model has load buffering.
    static constexpr bool reads_ahead = requires { Rows::reads_ahead; };

    // The empty graph of a program. Rows and events beyond `high_` are stale and are never read.
    void clear(unsigned threads, unsigned locations) {
        thread_count_ = threads;
        location_count_ = 0;
        for (unsigned l = 0; l < locations; ++l) reach(static_cast<location_id>(l));
        size_ = 0;
        high_ = 0;
        live_ = set::none();
        plain_ = set::none();
        seq_cst_ = set::none();
        sc_fences_ = set::none();
        for (unsigned t = 0; t < threads; ++t) threads_[t] = {};
        if constexpr (reads_ahead) promises_.count = 0;
    }

    // Makes sure that the graph knows of location `l`. Programs under `check` declare locations
    // while they run, so a graph that was copied earlier may know of fewer. Of those that it does
    // not know it says that nobody has accessed them: so it may be asked, too.
    void reach(location_id l) {
        while (location_count_ <= l) locations_[location_count_++] = {};
    }

    // Copies the used part only: a search copies a graph for each choice that it puts aside, and
    // most graphs are far smaller than their capacity.
    void copy_from(const execution_graph& o) {
        thread_count_ = o.thread_count_;
        location_count_ = o.location_count_;
        size_ = o.size_;
        high_ = o.high_;
        live_ = o.live_;
        plain_ = o.plain_;
        seq_cst_ = o.seq_cst_;
        sc_fences_ = o.sc_fences_;
        copy(events_, o.events_, high_);
        copy_rows(o);
        copy(porf_, o.porf_, high_);
        copy(stamps_, o.stamps_, size_);
        for (unsigned t = 0; t < thread_count_; ++t) {
            threads_[t] = o.threads_[t];
            copy(po_[t], o.po_[t], threads_[t].count);
        }
        copy(locations_, o.locations_, location_count_);
        if constexpr (reads_ahead) {
            promises_.count = o.promises_.count;
            copy(promises_.items, o.promises_.items, promises_.count);
        }
    }

    // --- events -------------------------------------------------------------------------------
    unsigned size() const { return size_; }
    unsigned thread_count() const { return thread_count_; }
    unsigned location_count() const { return location_count_; }
    // No slot is free. The explorers stop before that: see builder::has_room().
    bool full() const { return size_ == capacity; }
    event& operator[](event_id e) {
        check(e);
        return events_[e];
    }
    const event& operator[](event_id e) const {
        check(e);
        return events_[e];
    }
    // The event that was added as the i-th, from 0; a revisit leaves no gaps.
    event_id by_stamp(unsigned i) const { return stamps_[i]; }
    // What the model keeps for the event. Only the model writes it, between renew() and the next
    // copy. Meaningless before the model's begin() or add_...() has been called for the event.
    Rows& rows(event_id e) { return rows_[e]; }
    const Rows& rows(event_id e) const { return rows_[e]; }
    // To be called before the row of `e` changes. All functions below that let an event grow call
    // it.
    void renew(event_id e) {
        if constexpr (rows_have_versions) versions_[e] = ++last_version;
    }
    // What the model keeps for the event and later events may change, where rows have such a part
    // (Rows::open).
    open_rows& open(event_id e) { return open_[e]; }
    const open_rows& open(event_id e) const { return open_[e]; }
    // The events that the graph has; of them those whose mode is plain, or seq_cst (reads only from
    // when they have a source, since until then the mode of a compare-exchange may change), and
    // the fences among these.
    const set& live() const { return live_; }
    const set& plain() const { return plain_; }
    const set& seq_cst() const { return seq_cst_; }
    const set& sc_fences() const { return sc_fences_; }

    // --- po -----------------------------------------------------------------------------------
    // A thread's events in program order are at(thread, 0) to at(thread, count(thread) - 1).
    unsigned count(unsigned thread) const { return threads_[thread].count; }
    event_id at(unsigned thread, unsigned po) const { return po_[thread][po]; }
    event_id last(unsigned thread) const {
        return count(thread) == 0 ? no_event : po_[thread][count(thread) - 1];
    }
    event_id po_prev(event_id e) const {
        const event& ev = events_[e];
        return ev.po == 0 ? no_event : po_[ev.thread][ev.po - 1];
    }
    // The last event of the thread, fences that a mapping added aside; no_event if there is none.
    event_id last_access(unsigned thread) const {
        for (unsigned i = count(thread); i-- > 0;)
            if (!events_[po_[thread][i]].what.implied) return po_[thread][i];
        return no_event;
    }
    const set& events_of(unsigned thread) const { return threads_[thread].events; }
    // Whether the body of the thread has returned; set by whoever runs it, reset when events of it
    // go.
    bool finished(unsigned thread) const { return threads_[thread].finished; }
    void set_finished(unsigned thread) { threads_[thread].finished = true; }
    // Whether the thread waits: for a value, for news in a loop, or for ever behind a failure.
    bool blocked(unsigned thread) const {
        const event_id e = last(thread);
        return e != no_event && events_[e].blocked;
    }

    // --- po and rf ----------------------------------------------------------------------------
    // Events that are (po | rf)+ before `e`. Of a read without a source, those that are before it
    // by po. The edges of promises are not in it: with those there may be a cycle. Of symmetric
    // threads, put_behind() adds an edge.
    const set& prefix(event_id e) const { return porf_[e]; }
    // The same with `e`; nothing, for no event.
    set with_prefix(event_id e) const {
        return e == no_event ? set::none() : porf_[e] | set::of(e);
    }

    // --- co -----------------------------------------------------------------------------------
    // co of a location is a list from co_first() to co_last(); both are no_event while only the
    // initial write is there. A write is in it from place() on.
    event_id co_first(location_id l) const { return state_of(l).first; }
    event_id co_last(location_id l) const { return state_of(l).last; }
    // Of a write that is to come nothing is known: it overwrites nothing, and nothing overwrites
    // it.
    event_id co_next(location_id l, event_id w) const {
        if constexpr (reads_ahead)
            if (w == to_come) return no_event;
        return w == initial_write ? state_of(l).first : events_[w].co_next;
    }
    // The write's number in co: 0 for the initial write, and greater for a write that is later.
    unsigned co_index(event_id w) const {
        if constexpr (reads_ahead)
            if (w == to_come) return 0;
        return w == initial_write ? 0 : events_[w].co;
    }
    // fr: whether the read `r` reads from a write before `w` in co.
    bool overwritten(event_id r, event_id w) const {
        if constexpr (reads_ahead)
            if (events_[r].rf == to_come) return false;
        return co_index(events_[r].rf) < events_[w].co;
    }
    // The reads that have a source, and the writes that have a place.
    const set& reads_at(location_id l) const { return state_of(l).reads; }
    const set& writes_at(location_id l) const { return state_of(l).writes; }
    set accesses_at(location_id l) const { return state_of(l).reads | state_of(l).writes; }

    // The write half that atomicity glues to `w` in co, or no_event. Nothing may come between the
    // two, so neither may another read-modify-write read from `w`.
    event_id rmw_successor(location_id l, event_id w) const {
        if (mutated(mutant::rmw_as_plain_pair)) return no_event;
        const event_id next = co_next(l, w);
        if (next == no_event || !events_[next].what.rmw) return no_event;
        return events_[po_prev(next)].rf == w ? next : no_event;
    }

    // The first half of what the write `w` is the second half of, be it right before it or not; or
    // no_event.
    event_id read_half(event_id w) const {
        const event& ev = events_[w];
        if (ev.what.rmw) return po_prev(w);
        if (ev.what.kind != event_kind::write || !ev.what.exclusive) return no_event;
        return po_[ev.thread][ev.what.expected];
    }

    // --- growing ------------------------------------------------------------------------------
    // Adds an event at the end of its thread, without rf, co or rows. The caller has seen to it
    // that there is room. The slot is the first free one, which may lie before those of older
    // events: a slot says nothing about order.
    event_id append(unsigned thread, const label& what, std::uint64_t serial) {
        const auto e = static_cast<event_id>(live_.first_absent());
        if (e >= high_) high_ = e + 1u;
        thread_state& t = threads_[thread];
        renew(e);
        event& ev = events_[e];
        ev = event{};
        ev.what = what;
        ev.serial = serial;
        ev.thread = static_cast<std::uint8_t>(thread);
        ev.po = static_cast<std::uint16_t>(t.count);
        porf_[e] = with_prefix(t.count == 0 ? no_event : po_[thread][t.count - 1]);
        po_[thread][t.count++] = e;
        t.events.set(e);
        live_.set(e);
        if (what.how == mode::plain) plain_.set(e);
        if (what.how == mode::seq_cst) {
            seq_cst_.set(e);
            if (what.kind == event_kind::fence) sc_fences_.set(e);
        }
        stamps_[size_++] = e;
        return e;
    }

    // Of a compare-exchange, once its outcome is known; before set_rf().
    void set_mode(event_id e, mode how) {
        renew(e);
        events_[e].what.how = how;
        if (how != mode::seq_cst) seq_cst_.reset(e);
    }

    // The read `r` reads from `w`, or the initial value `initial` of its location. Its (po | rf)+
    // takes in that of the write: right only because `w` is complete before `r` reads from it.
    void set_rf(event_id r, event_id w, std::uint64_t initial) {
        if (!mutated(mutant::row_of_other_source)) renew(r);
        event& ev = events_[r];
        if (ev.what.how == mode::seq_cst) seq_cst_.set(r);
        ev.rf = w;
        ev.value = w == initial_write ? initial : events_[w].value;
        if (ev.what.mixed) ev.value = with_own_stores(r, ev.value);
        locations_[ev.what.location].reads.set(r);
        if (w != initial_write) porf_[r] |= with_prefix(w);
    }

    // `e` needs `other` and what that needs, by another order than po and rf: whatever takes back
    // `other` takes back `e`.
    void put_behind(event_id e, event_id other) { porf_[e] |= with_prefix(other); }

    // --- reads ahead --------------------------------------------------------------------------
    unsigned promise_count() const { return promises_.size(); }
    const promise& promise_at(unsigned i) const { return promises_.items[i]; }
    promise& promise_at(unsigned i) { return promises_.items[i]; }
    // A promise whose write became known only when it was there.
    void made_by(unsigned i, event_id w) { promises_.items[i].po = events_[w].po; }
    // What the read `r`, which reads ahead, was promised.
    const promise& promise_of(event_id r) const {
        unsigned i = 0;
        while (promises_.items[i].reader != r) ++i;
        return promises_.items[i];
    }

    // The read `p.reader` gets the value of a write that is to come. The caller has looked that
    // there is room (promises_max).
    void set_promised(const promise& p) {
        renew(p.reader);
        promises_.items[promises_.count++] = p;
        event& ev = events_[p.reader];
        if (ev.what.how == mode::seq_cst) seq_cst_.set(p.reader);
        ev.rf = to_come;
        ev.value = p.value;
        locations_[ev.what.location].reads.set(p.reader);
    }
    // The event that keeps the promise, if it is there and is what was promised; else no_event.
    event_id kept(const promise& p) const {
        if (count(p.thread) <= p.po) return no_event;
        const event_id w = po_[p.thread][p.po];
        const event& ev = events_[w];
        const bool same = ev.what.kind == event_kind::write && ev.value == p.value &&
                          ev.what.location == events_[p.reader].what.location;
        return same ? w : no_event;
    }
    // The first free promise from number `i` on that no write keeps yet and the new write `e` can
    // keep; promise_count() if there is none.
    unsigned open_promise(event_id e, unsigned i) const {
        const event& ev = events_[e];
        for (; i < promise_count(); ++i) {
            const promise& p = promise_at(i);
            if (p.free && p.po == promise::anywhere && p.thread == ev.thread &&
                p.value == ev.value && events_[p.reader].what.location == ev.what.location)
                break;
        }
        return i;
    }
    // Lets any write keep the promises whose writes are not there. For a search that goes on from a
    // promise when its thread took another way.
    void free_promises() {
        for (unsigned i = 0; i < promise_count(); ++i)
            if (promise& p = promise_at(i); kept(p) == no_event) {
                p.free = true;
                p.po = promise::anywhere;
            }
    }
    // Whether the write `e` is one that was promised, at the place that it has.
    bool was_promised_here(event_id e) const {
        for (unsigned i = 0; i < promise_count(); ++i)
            if (!promise_at(i).free && kept(promise_at(i)) == e) return true;
        return false;
    }
    // Whether the write `e` is one that was promised.
    bool was_promised(event_id e) const {
        for (unsigned i = 0; i < promise_count(); ++i)
            if (kept(promise_at(i)) == e) return true;
        return false;
    }
    // Whether some promise will not be kept, as the graph stands.
    bool breaks_promise() const {
        for (unsigned i = 0; i < promise_count(); ++i)
            if (const promise& p = promise_at(i); count(p.thread) > p.po && kept(p) == no_event)
                return true;
        return false;
    }
    bool all_kept() const {
        if constexpr (reads_ahead)
            for (unsigned i = 0; i < promise_count(); ++i)
                if (kept(promise_at(i)) == no_event) return false;
        return true;
    }
    // Lets the readers read from the writes that they were promised, which are all there. prefix()
    // stays as it was, without these edges. The model may make all rows anew.
    void keep_promises() {
        live_.each([&](event_id e) { renew(e); });
        for (unsigned i = 0; i < promise_count(); ++i) {
            const promise& p = promise_at(i);
            events_[p.reader].rf = kept(p);
        }
    }

    // Puts the write `e` right behind `before` in co. Numbers of the writes behind it move up, so
    // co_index() is never to be kept for later.
    void place(event_id e, event_id before) {
        renew(e);
        event& ev = events_[e];
        location_state& l = locations_[ev.what.location];
        l.writes.set(e);
        ev.co_prev = before;
        ev.co_next = co_next(ev.what.location, before);
        if (before == initial_write)
            l.first = e;
        else
            events_[before].co_next = e;
        if (ev.co_next == no_event)
            l.last = e;
        else
            events_[ev.co_next].co_prev = e;
        std::uint16_t index = static_cast<std::uint16_t>(co_index(before));
        // Mostly one step: writes are mostly placed at the end.
        for (event_id w = e; w != no_event; w = events_[w].co_next) events_[w].co = ++index;
    }

    // --- revisits -----------------------------------------------------------------------------
    // Keeps the events of `keep` only, which is closed under po and rf. Stamps keep their order, so
    // `<` among those that stay is what it was. Rows are not touched: a revisit takes back only
    // what was added maximally (revisits.hpp), at the end of co and reading from there, so that no
    // edge led from it to an event that stays.
    void restrict_to(const set& keep) {
        const set gone = live_ - keep;
        gone.each([&](event_id e) { leave_location(e); });
        // Mostly what came last goes: the others stay where they are.
        unsigned n = size_;
        for (set left = gone; left.any(); left.reset(stamps_[n])) --n;
        for (unsigned i = n; i < size_; ++i)
            if (keep.test(stamps_[i])) stamps_[n++] = stamps_[i];
        size_ = n;
        for (unsigned t = 0; t < thread_count_; ++t) {
            thread_state& s = threads_[t];
            if (!s.events.intersects(gone)) continue;
            s.events &= keep;
            s.count = s.events.count();
            s.finished = false;
        }
        live_ &= keep;
        plain_ &= keep;
        seq_cst_ &= keep;
        sc_fences_ &= keep;
        if constexpr (reads_ahead) {
            unsigned left = 0;
            for (unsigned i = 0; i < promises_.count; ++i)
                if (keep.test(promises_.items[i].reader))
                    promises_.items[left++] = promises_.items[i];
            promises_.count = left;
            for (unsigned i = 0; i < left; ++i)
                // The write that kept it is gone: any may keep it again.
                if (promise& p = promises_.items[i]; p.free && count(p.thread) <= p.po)
                    p.po = promise::anywhere;
        }
    }

    // Makes the read `r`, the last event of its thread, as new, in its old place among the stamps.
    // The search then gives it another source.
    void forget_rf(event_id r) {
        event& ev = events_[r];
        locations_[ev.what.location].reads.reset(r);
        seq_cst_.reset(r);
        ev.rf = no_event;
        ev.blocked = false;
        if constexpr (reads_ahead)
            for (unsigned i = promises_.count; i-- > 0;)
                if (promises_.items[i].reader == r)
                    promises_.items[i] = promises_.items[--promises_.count];
        porf_[r] = with_prefix(po_prev(r));
        threads_[ev.thread].finished = false;
    }

    // The events up to `r` in the order of stamps that do not need it, and what they need; with
    // `r`.
    set up_to(event_id r) const {
        set all = with_prefix(r);
        for (unsigned i = 0; stamps_[i] != r; ++i)
            if (!porf_[stamps_[i]].test(r)) all |= with_prefix(stamps_[i]);
        return all;
    }
    // The events that were added no later than `r`.
    set added_until(event_id r) const {
        set all = live_;
        for (unsigned i = size_; stamps_[--i] != r;) all.reset(stamps_[i]);
        return all;
    }
    // Makes `e`, which no other event needs, the one that was added last: so that whatever comes is
    // behind it in the order of stamps.
    void stamp_last(event_id e) {
        unsigned i = 0;
        while (stamps_[i] != e) ++i;
        for (; i + 1 < size_; ++i) stamps_[i] = stamps_[i + 1];
        stamps_[size_ - 1] = e;
    }

  private:
    // What the read `r` of a location with parts sees where memory has `value`: of each byte the
    // newest store of its own thread, if memory does not have it yet.
    std::uint64_t with_own_stores(event_id r, std::uint64_t value) const {
        const event& ev = events_[r];
        for (unsigned i = 0; i < ev.po; ++i) {
            const event& w = events_[po_[ev.thread][i]];
            if (w.what.kind != event_kind::write || w.what.location != ev.what.location) continue;
            const std::uint64_t own = w.co > co_index(ev.rf) ? mask_of(w.what) : 0;
            value = (value & ~own) | (w.value & own);
        }
        return value;
    }

    struct thread_state {
        // The same as the first `count` places of po_, as a set.
        set events{};
        unsigned count = 0;
        bool finished = false;
    };
    struct location_state {
        set reads{};
        set writes{};
        event_id first = no_event;
        event_id last = no_event;
    };

    // Also of one that the graph does not know of.
    const location_state& state_of(location_id l) const {
        static constexpr location_state untouched{};
        return l < location_count_ ? locations_[l] : untouched;
    }

    // A graph is mostly copied over one that it has most events in common with: one that was left a
    // few steps before, or that was put aside at the same depth of the search. Long rows are most
    // of a graph, so to look first is worth it.
    void copy_rows(const execution_graph& o) {
        if constexpr (!std::is_empty_v<open_rows>) copy(open_, o.open_, high_);
        if constexpr (!rows_have_versions) return copy(rows_, o.rows_, high_);
        for (unsigned e = 0; e < high_; ++e) {
            const unsigned first = e;
            for (; e < high_ && versions_[e] != o.versions_[e]; ++e) versions_[e] = o.versions_[e];
            if (e != first) copy(rows_ + first, o.rows_ + first, e - first);
        }
    }

    template <class T>
    static void copy(T* to, const T* from, std::size_t n) {
        static_assert(std::is_trivially_copyable_v<T>);
        std::memcpy(static_cast<void*>(to), from, n * sizeof(T));
    }

    // Takes an access out of what its location knows.
    void leave_location(event_id e) {
        location_state& l = locations_[events_[e].what.location];
        if (events_[e].what.kind == event_kind::read) return l.reads.reset(e);
        // The write that made a promise goes before it has got a place.
        if (events_[e].what.kind != event_kind::write || !l.writes.test(e)) return;
        unlink(e);
        l.writes.reset(e);
    }

    // Takes a write out of co; the numbers of those behind it move up.
    void unlink(event_id e) {
        event& ev = events_[e];
        location_state& l = locations_[ev.what.location];
        if (ev.co_prev == initial_write)
            l.first = ev.co_next;
        else
            events_[ev.co_prev].co_next = ev.co_next;
        if (ev.co_next == no_event)
            l.last = ev.co_prev == initial_write ? no_event : ev.co_prev;
        else
            events_[ev.co_next].co_prev = ev.co_prev;
        for (event_id w = ev.co_next; w != no_event; w = events_[w].co_next) --events_[w].co;
    }

    // An event of the graph is none of the numbers that stand for something else (initial_write,
    // to_come); compilers that look for overruns do not see it by themselves, and UBSan checks it.
    static void check(event_id e) {
        if (e >= capacity) __builtin_unreachable();
    }

    unsigned thread_count_ = 0;
    unsigned location_count_ = 0;
    unsigned size_ = 0;
    unsigned high_ = 0;  // slots in use are below
    set live_{};
    set plain_{};
    set seq_cst_{};
    set sc_fences_{};
    event events_[capacity];
    Rows rows_[capacity];
    open_rows open_[capacity];
    // No two states of a row have the same version, whatever graph they are in. 0: never used.
    std::uint64_t versions_[capacity]{};
    static inline thread_local std::uint64_t last_version = 0;
    // Arrays by slot, by stamp, and by thread and place.
    set porf_[capacity];
    event_id stamps_[capacity];
    thread_state threads_[graph_threads_max];
    event_id po_[graph_threads_max][capacity];
    location_state locations_[locations_max];
    [[no_unique_address]] promise_list<reads_ahead> promises_{};
};

}  // namespace ringsim::sim::graph
