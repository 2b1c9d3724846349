// RC11 as a machine of messages and views.
//
// After the view machines of the literature: Kang, Hur, Lahav, Vafeiadis and Dreyer, "A promising
// semantics for relaxed-memory concurrency", POPL 2017, here without promises, and Lahav,
// Giannarakis and Vafeiadis, "Taming release-acquire consistency", POPL 2016. Each location has its
// messages, in the order of coherence; a write may be placed before others. A thread has a view,
// how far it has seen each location; so does a message, which is what a reader of it takes over who
// acquires.
//
// The order of seq_cst fences is that of RC11 itself, and not the order in which they are
// performed: a machine with one global view for them is stronger than the axiom, where a chain of
// relaxed accesses leads from one fence to an earlier one. So a fence stays as long as something
// may still be placed before it: with its view, and with the fences before it in psc+. That is
// psc_F = [F];(hb | hb;eco;hb);[F] of sim/graph/models/rc11.hpp, which has the axioms. There are no
// seq_cst accesses here: one between two seq_cst fences adds nothing, another one counts as an
// acquire, a release or both, and so may be less than it is.
//
// What can have no effect any more is taken away, so that the states of an endless program can be
// finitely many: messages that no thread can read or write behind, what everybody knows, fences
// that nothing can come before. Then messages are numbered from 1 again.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "sim/states/bytes.hpp"
#include "sim/states/memory.hpp"
#include "sim/states/mutant.hpp"

namespace ringsim::sim::states {

// Room in a state, in place: it is copied for each way on. Whoever needs more is told so, and is
// not explored (state_too_large).
inline constexpr unsigned slots_max = 40;      // locations that several threads access
inline constexpr unsigned items_max = 64;      // fences and plain accesses that still count
inline constexpr unsigned messages_max = 250;  // of one location

// How far somebody sees: of each location the newest message that it knows, from 1; 0 is none of
// those that are still there.
struct view {
    std::array<std::uint8_t, slots_max> at{};
    std::uint64_t known = 0;    // items that happen before
    std::uint64_t earlier = 0;  // fences, gone messages of which put them before in psc

    bool operator==(const view&) const = default;

    // What both know, together: of each location the newer message.
    void join(const view& o, unsigned slots) {
        for (unsigned i = 0; i < slots; ++i)
            if (o.at[i] > at[i]) at[i] = o.at[i];
        known |= o.known;
        earlier |= o.earlier;
    }
};

class rc11_memory {
  public:
    static constexpr std::string_view model = "rc11";

    // Which locations have slots. It is the same in all states, and no part of any. Locations that
    // one thread accesses, or none, have no slot: they are a single value (alone_).
    struct layout {
        unsigned slots = 0;
        std::vector<std::uint8_t> slot_of;  // of each location
        std::vector<location_id> location_of;
    };
    // `where` is made, and has to live as long as the memory and its copies.
    void begin(const std::vector<graph::location_info>& locations, const program_use& use,
               unsigned threads, layout& where);

    static bool is_local(const program_use& use, unsigned, const label& l) {
        if (l.kind == graph::event_kind::fence) return l.how != graph::mode::seq_cst;
        return use.is_private(l.location);
    }

    template <class F>
    void perform(const performer& p, const label& l, F&& f) const {
        if (l.kind == graph::event_kind::fence) {
            rc11_memory next = *this;
            next.fence(p, l);
            f(std::move(next), way{});
        } else if (p.use.is_private(l.location)) {
            perform_private(p, l, f);
        } else if (l.kind == graph::event_kind::read) {
            perform_read(p, l, f);
        } else {
            perform_write(p, l, f);
        }
    }
    // A write has its place at once. That it may be seen late is what views say.
    template <class F>
    void drain(unsigned, F&&) const {}
    bool is_drained() const { return true; }

    // The last message in coherence, whoever may have seen it.
    std::uint64_t newest(location_id l) const {
        return slot_of(l) == no_slot ? alone_[l].value : messages_[end(slot_of(l)) - 1].value;
    }
    // Takes away what can have no effect; `active`: the threads that have not ended.
    void tidy(const program_use& use, thread_set active);

    // Identical threads: what here is of one of them, as far as it has no numbers of items in it,
    // which depend on their order; and who stands at each place from here on.
    static constexpr bool keys_tell_all = false;
    void put_thread(unsigned t, byte_writer& out) const;
    void rearrange(const std::vector<unsigned>& from);

    void rotate(const rotation& turn, const program_use& use, unsigned steps);

    void encode(const program_use& use, byte_writer& out) const;
    void decode(const program_use& use, byte_reader& in);

  private:
    static constexpr std::uint8_t no_slot = 255;

    // A write. Its number, which views have, is its place in coherence among those that are still
    // there; it has no other one, so a state does not depend on how many there were before.
    struct message {
        std::uint64_t value = 0;
        write_name name = 0;
        bool followed = false;      // the next one is of a read-modify-write that read this one
        view released;              // what a reader takes over who acquires
        std::uint64_t writers = 0;  // fences that happen before the write
        std::uint64_t readers = 0;  // or before a read of it
    };
    struct thread_views {
        view now;       // what happens before
        view read;      // and would, behind a fence that acquires
        view released;  // what happened before the newest fence that releases
    };
    // What still counts of the past: an access to plain data, or to what somebody accesses as such;
    // or a seq_cst fence.
    struct item {
        bool fence = false;
        std::uint8_t thread = 0;
        std::uint8_t slot = 0;                     // of an access
        std::uint8_t kind = 0;                     // of an access, as in access_kind()
        std::array<std::uint8_t, slots_max> at{};  // of a fence: its view
        std::uint64_t before = 0;                  // of a fence: psc+
        write_name name = 0;
    };

    unsigned slots() const { return where_->slots; }
    std::uint8_t slot_of(location_id l) const { return where_->slot_of[l]; }
    location_id location_of(unsigned slot) const { return where_->location_of[slot]; }
    // Messages of all slots stand one behind the other; those of slot s from first_[s] on.
    // Slots are few and messages fewer, so one list with the beginnings in front is copied faster
    // than a list for each.
    unsigned begin_of(unsigned slot) const { return first_[slot]; }
    unsigned end(unsigned slot) const { return first_[slot + 1]; }
    unsigned count(unsigned slot) const { return end(slot) - begin_of(slot); }
    message& at(unsigned slot, unsigned index) { return messages_[first_[slot] + index - 1]; }
    const message& at(unsigned slot, unsigned index) const {
        return messages_[first_[slot] + index - 1];
    }

    // 0 and 1 are writes, 2 and 3 reads; the even ones are plain.
    static unsigned access_kind(bool write, bool plain) {
        return (write ? 0u : 2u) + (plain ? 0u : 1u);
    }
    std::uint64_t fences() const { return fences_; }

    template <class F>
    void perform_private(const performer& p, const label& l, F&& f) const {
        way w;
        w.location = l.location;
        rc11_memory next = *this;
        if (!next.alone_[l.location].perform(p, l, w)) return;
        f(std::move(next), w);
    }

    // Any message that is not older than what the thread knows. One that a read-modify-write
    // follows can have no other one behind it: atomicity. From the newest to the oldest, so that a
    // way that is sequentially consistent comes first. An await that looks in vain does nothing
    // but, perhaps, race.
    template <class F>
    void perform_read(const performer& p, const label& l, F&& f) const {
        const unsigned s = slot_of(l.location);
        const unsigned floor = std::max<unsigned>(1, threads_[p.thread].now.at[s]);
        const bool look_may_race = p.use.plain[l.location] && !p.use.goes_on_after_races &&
                                   !mutated(mutant::looks_in_vain_unseen);
        for (unsigned i = count(s); i >= floor; --i) {
            const message& m = at(s, i);
            const bool in_vain = waits_at(l, m.value);
            const bool writes_too = !in_vain && graph::writes(l, m.value);
            if ((in_vain && !look_may_race) || (writes_too && m.followed)) continue;
            way w;
            w.location = l.location;
            w.value = m.value;
            w.read = m.name;
            w.stale = i < count(s);
            rc11_memory next = *this;
            if (!next.read(p, l, s, i, w)) continue;
            if (in_vain && !w.race) continue;
            const bool goes_on = !w.race || p.use.goes_on_after_races;
            if (writes_too && goes_on && !next.write_half(p, l, s, i, w)) continue;
            f(std::move(next), w);
        }
    }

    // Behind any message that is not older than what the thread knows, but not between the two
    // halves of a read-modify-write.
    template <class F>
    void perform_write(const performer& p, const label& l, F&& f) const {
        const unsigned s = slot_of(l.location);
        const unsigned floor = std::max<unsigned>(1, threads_[p.thread].now.at[s]);
        for (unsigned i = count(s); i >= floor; --i) {
            if (at(s, i).followed && !mutated(mutant::write_inside_rmw)) continue;
            way w;
            w.location = l.location;
            w.writes = true;
            w.written = l.value;
            rc11_memory next = *this;
            if (next.write(p, s, i, l.value, l.how, false, w)) f(std::move(next), w);
            if (mutated(mutant::write_at_the_end_only)) break;
        }
    }

    // What both halves of an access do to the views. False: no execution of the model does that.
    bool read(const performer& p, const label& l, unsigned s, unsigned i, way& w);
    bool write_half(const performer& p, const label& l, unsigned s, unsigned i, way& w);
    // Places a write behind message `i`. False: inconsistent.
    bool write(const performer& p, unsigned s, unsigned i, std::uint64_t value, graph::mode how,
               bool rmw, way& w);
    void insert(unsigned s, unsigned index);
    void fence(const performer& p, const label& l);

    // The event that the thread just performed at message `index` of a slot, with `newer` behind it
    // in coherence if there is one, comes before the fences that know that. False: it comes behind
    // one of them too.
    bool order_before_fences(unsigned thread, unsigned s, unsigned newer);
    // These fences and those before them.
    std::uint64_t with_earlier(std::uint64_t f) const;
    std::uint64_t before_new_fence(const view& v) const;

    // Data races are looked for where somebody accesses the location as plain data; elsewhere there
    // are none, and no access need be remembered.
    void check_race(const performer& p, location_id l, unsigned s, bool write, bool plain, way& w);
    void note_access(const performer& p, unsigned s, bool write, bool plain);
    unsigned add_item(const item& i);

    // --- tidy ---
    // All views there are, of threads and in messages, which name messages by numbers and so must
    // follow when these change.
    template <class F>
    void each_view(F&& f) {
        for (thread_views& t : threads_) {
            f(t.now);
            f(t.read);
            f(t.released);
        }
        for (message& m : messages_) f(m.released);
    }
    // In each of these the rule is: what goes has no effect on any way on from here, whatever the
    // threads will do. It need not be all that has none; what stays too long costs states only.
    unsigned kept_from(const program_use& use, thread_set active, unsigned s) const;
    bool drop_messages(const program_use& use, thread_set active);
    void forget_messages(unsigned s, unsigned n);
    bool drop_fences();
    void drop_accesses(const program_use& use, thread_set active);
    void drop_views(const program_use& use, thread_set active);
    // Items are named by bits in many places, so whoever moves them tells all of these.
    void remove_items(std::uint64_t gone);
    void sort_items();
    void renumber_items(const std::array<std::uint8_t, items_max>& to);
    // The slots of which views say something: not the only message, or one behind fences.
    struct told_slots {
        std::array<std::uint8_t, slots_max> all;
        unsigned count = 0;
        const std::uint8_t* begin() const { return all.data(); }
        const std::uint8_t* end() const { return all.data() + count; }
    };
    told_slots told() const;
    void encode_view(const view& v, const told_slots& slots, byte_writer& out) const;
    void decode_view(view& v, const told_slots& slots, byte_reader& in);

    // Shared by all states of an exploration, and so not copied with them.
    const layout* where_ = nullptr;
    std::vector<cell> alone_;        // of locations that one thread accesses, or none
    std::vector<message> messages_;  // slot after slot
    std::array<std::uint16_t, slots_max + 1> first_{};
    std::vector<thread_views> threads_;
    std::vector<item> items_;
    std::uint64_t fences_ = 0;  // which of them are
};

}  // namespace ringsim::sim::states
