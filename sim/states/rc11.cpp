// The accesses of the machine, and what is taken away when it has no effect any more: see the
// header for what it is after. Each change keeps the rule that a view names messages by their
// numbers, which are places in coherence: whoever moves messages moves all views.
#include "sim/states/rc11.hpp"
#include "sim/stable_sort.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <tuple>

namespace ringsim::sim::states {
namespace {

using graph::mode;

// Calls f(i) for each bit.
template <class F>
void each_bit(std::uint64_t bits, F&& f) {
    for (; bits != 0; bits &= bits - 1) f(static_cast<unsigned>(std::countr_zero(bits)));
}

constexpr std::uint64_t bit(unsigned i) {
    return std::uint64_t{1} << i;
}

}  // namespace

// A slot for each location that several threads access, with one message that holds the initial
// value.
void rc11_memory::begin(const std::vector<graph::location_info>& locations, const program_use& use,
                        unsigned threads, layout& where) {
    where = {};
    where_ = &where;
    alone_.clear();
    messages_.clear();
    items_.clear();
    fences_ = 0;
    threads_.assign(threads, {});
    for (location_id l = 0; l < locations.size(); ++l) {
        alone_.push_back({locations[l].initial, 0});
        where.slot_of.push_back(no_slot);
        if (use.is_private(l)) continue;
        if (where.slots == slots_max)
            throw state_too_large("more than " + std::to_string(slots_max) +
                                  " locations are accessed by several threads");
        where.slot_of[l] = static_cast<std::uint8_t>(where.slots);
        where.location_of.push_back(l);
        first_[where.slots] = static_cast<std::uint16_t>(messages_.size());
        messages_.emplace_back();
        messages_.back().value = locations[l].initial;
        first_[++where.slots] = static_cast<std::uint16_t>(messages_.size());
    }
}

// --- accesses ------------------------------------------------------------------------------------

// A read of message `i`. Its thread knows it now. What the message passes on goes into `read`,
// which counts behind a fence that acquires, and into `now` at once if the read acquires. False: it
// would close a cycle of psc (order_before_fences()).
bool rc11_memory::read(const performer& p, const label& l, unsigned s, unsigned i, way& w) {
    // A compare-exchange has two orders: which counts, depends on whether it writes.
    thread_views& me = threads_[p.thread];
    mode how = l.how;
    if (l.if_written != mode::plain) how = graph::writes(l, w.value) ? l.if_written : l.otherwise;
    me.now.at[s] = static_cast<std::uint8_t>(i);
    if (how != mode::plain) {
        me.read.join(at(s, i).released, slots());
        if (is_acquire(how) && !mutated(mutant::acquire_joins_nothing))
            me.now.join(at(s, i).released, slots());
    }
    if (p.use.plain[l.location]) {
        check_race(p, l.location, s, false, how == mode::plain, w);
        note_access(p, s, false, how == mode::plain);
    }
    me.read.join(me.now, slots());
    at(s, i).readers |= me.now.known & fences();
    return i == count(s) || order_before_fences(p.thread, s, i + 1);
}

// Right behind the message that the read half has read, so that the two are atomic.
bool rc11_memory::write_half(const performer& p, const label& l, unsigned s, unsigned i, way& w) {
    mode how = l.how;
    if (l.if_written != mode::plain) how = l.if_written;
    if (l.write_how != mode::plain) how = l.write_how;
    w.writes = true;
    w.written = graph::apply(l, w.value);
    return write(p, s, i, w.written, how, true, w);
}

// What a reader takes over: of a release all that the thread knows; of a relaxed write what it knew
// at its last fence that releases; and of a read-modify-write also what the message passes on that
// it read, so that a release sequence goes on through it.
bool rc11_memory::write(const performer& p, unsigned s, unsigned i, std::uint64_t value, mode how,
                        bool rmw, way& w) {
    thread_views& me = threads_[p.thread];
    const bool plain = how == mode::plain;
    if (p.use.plain[location_of(s)]) {
        check_race(p, location_of(s), s, true, plain, w);
        note_access(p, s, true, plain);
    }
    insert(s, i + 1);
    message& m = at(s, i + 1);
    m.value = value;
    m.name = p.name;
    me.now.at[s] = static_cast<std::uint8_t>(i + 1);
    me.read.join(me.now, slots());
    if (is_release(how))
        m.released = me.now;
    else if (!plain)
        m.released = me.released;
    if (rmw) {
        at(s, i).followed = true;
        if (!mutated(mutant::no_release_sequence)) m.released.join(at(s, i).released, slots());
    }
    m.writers = me.now.known & fences();
    w.behind = at(s, i).name;
    w.newest = i + 1 == count(s);
    return w.newest || order_before_fences(p.thread, s, i + 2);
}

// Makes room for a message; those behind it have another number from here on.
void rc11_memory::insert(unsigned s, unsigned index) {
    if (count(s) == messages_max)
        throw state_too_large("a location has more than " + std::to_string(messages_max) +
                              " writes that some thread may still read");
    const bool behind_followed = index <= count(s) && at(s, index - 1).followed;
    messages_.insert(messages_.begin() + first_[s] + index - 1, message{});
    for (unsigned next = s + 1; next <= slots(); ++next) ++first_[next];
    if (behind_followed) at(s, index).followed = true;  // only a fault places something there
    if (mutated(mutant::views_not_renumbered)) return;
    // Who knew the message that stood there knows it under its new number.
    each_view([&](view& v) { v.at[s] = static_cast<std::uint8_t>(v.at[s] + (v.at[s] >= index)); });
    for (item& i : items_) i.at[s] = static_cast<std::uint8_t>(i.at[s] + (i.at[s] >= index));
}

// An acquire takes over what has been read so far; a release notes what is known so far, for writes
// behind it. A seq_cst fence also takes its place among the others.
void rc11_memory::fence(const performer& p, const label& l) {
    thread_views& me = threads_[p.thread];
    if (is_acquire(l.how) && !mutated(mutant::fence_joins_nothing)) me.now.join(me.read, slots());
    if (l.how == mode::seq_cst) {
        item f;
        f.fence = true;
        f.thread = static_cast<std::uint8_t>(p.thread);
        f.name = p.name;
        f.at = me.now.at;
        f.before = before_new_fence(me.now);
        const unsigned i = add_item(f);
        fences_ |= bit(i);
        me.now.known |= bit(i);
    }
    me.read.join(me.now, slots());
    if (is_release(l.how)) me.released = me.now;
}

// --- the order of seq_cst fences -----------------------------------------------------------------

// `before` is transitive as it stands: psc+.
std::uint64_t rc11_memory::with_earlier(std::uint64_t f) const {
    std::uint64_t all = f;
    each_bit(f, [&](unsigned i) { all |= items_[i].before; });
    return all;
}

// Fences that come before a new one with this view: those that happen before; those that happen
// before a write that it knows of (eco ends in a read of that, or of a newer one); and those that
// happen before a read of an older one (from-read).
std::uint64_t rc11_memory::before_new_fence(const view& v) const {
    std::uint64_t f = (v.known & fences()) | v.earlier;
    for (unsigned s = 0; s < slots(); ++s)
        for (unsigned i = 1; i <= v.at[s]; ++i) {
            f |= at(s, i).writers;
            if (i < v.at[s] && !mutated(mutant::sc_order_forgets_reads)) f |= at(s, i).readers;
        }
    return mutated(mutant::no_sc_order) ? 0 : with_earlier(f);
}

bool rc11_memory::order_before_fences(unsigned thread, unsigned s, unsigned newer) {
    // Fences of others that the thread has acquired count as its own do: they happen before.
    const std::uint64_t mine = threads_[thread].now.known & fences();
    if (mine == 0 || mutated(mutant::no_sc_order)) return true;
    bool consistent = true;
    each_bit(fences(), [&](unsigned f) {
        if (!consistent || items_[f].at[s] < newer) return;
        // Every fence that is before the access is before `f` now, and before what `f` was before.
        const std::uint64_t before = with_earlier(mine);
        if (before & bit(f)) {
            consistent = false;
            return;
        }
        each_bit(fences(), [&](unsigned g) {
            if (g == f || (items_[g].before & bit(f))) items_[g].before |= before;
        });
    });
    return consistent;
}

// --- data races ----------------------------------------------------------------------------------

// A race: two accesses to the same location by two threads, one of them a write, one of them plain,
// and neither happens before the other. The older one is an item, and happens before if the thread
// knows it.
void rc11_memory::check_race(const performer& p, location_id l, unsigned s, bool write, bool plain,
                             way& w) {
    const std::uint64_t known = threads_[p.thread].now.known;
    for (unsigned i = 0; i < items_.size(); ++i) {
        const item& other = items_[i];
        if (other.fence || other.slot != s || other.thread == p.thread || (known & bit(i)))
            continue;
        const bool other_write = other.kind < 2;
        const bool other_plain = other.kind % 2 == 0;
        if ((write || other_write) && (plain || other_plain) && !w.race)
            w.race = race_found{l, other.name};
    }
}

// The newest access of a thread stands for those before it: who knows it knows them.
void rc11_memory::note_access(const performer& p, unsigned s, bool write, bool plain) {
    item access;
    access.thread = static_cast<std::uint8_t>(p.thread);
    access.slot = static_cast<std::uint8_t>(s);
    access.kind = static_cast<std::uint8_t>(access_kind(write, plain));
    access.name = p.name;
    unsigned i = 0;
    while (i < items_.size() && (items_[i].fence || items_[i].slot != s ||
                                 items_[i].kind != access.kind || items_[i].thread != p.thread))
        ++i;
    if (i == items_.size()) {
        i = add_item(access);
    } else {
        items_[i] = access;
        if (!mutated(mutant::races_unseen_by_others))
            each_view([&](view& v) { v.known &= ~bit(i); });
    }
    threads_[p.thread].now.known |= bit(i);
    threads_[p.thread].read.known |= bit(i);
}

unsigned rc11_memory::add_item(const item& i) {
    if (items_.size() == items_max)
        throw state_too_large("more than " + std::to_string(items_max) +
                              " fences and plain accesses still count");
    items_.push_back(i);
    return static_cast<unsigned>(items_.size() - 1);
}

// --- what has no effect any more -----------------------------------------------------------------

// In a loop, because each may make the other possible: without old messages a fence may have
// nothing that could come before it, and without the fence the messages that it knew of are not
// kept for it. A thread that has ended has no views.
void rc11_memory::tidy(const program_use& use, thread_set active) {
    for (unsigned t = 0; t < threads_.size(); ++t)
        if (!(active >> t & 1)) threads_[t] = {};
    while (drop_messages(use, active) || drop_fences()) {
    }
    drop_accesses(use, active);
    drop_views(use, active);
    sort_items();
}

// The oldest message of a slot that somebody can read or write behind.
unsigned rc11_memory::kept_from(const program_use& use, thread_set active, unsigned s) const {
    const location_id l = location_of(s);
    unsigned kept = count(s);
    for (unsigned t = 0; t < threads_.size(); ++t) {
        if (!((active & use.users[l]) >> t & 1)) continue;
        // Nothing older than what it knows, nor than what a fence knows that comes before one of
        // its own: a read of that would put its fence before the other (order_before_fences()).
        unsigned floor = std::max<unsigned>(1, threads_[t].now.at[s]);
        each_bit(with_earlier(threads_[t].now.known & fences()),
                 [&](unsigned f) { floor = std::max<unsigned>(floor, items_[f].at[s]); });
        // A thread that only reads and writes in one step cannot read a message that is followed.
        const bool only_rmw = !(use.loads[l] >> t & 1);
        while (only_rmw && floor < count(s) && at(s, floor).followed) ++floor;
        if (mutated(mutant::message_dropped_early) && floor < count(s)) ++floor;
        kept = std::min(kept, floor);
    }
    return kept;
}

bool rc11_memory::drop_messages(const program_use& use, thread_set active) {
    bool dropped = false;
    for (unsigned s = 0; s < slots(); ++s) {
        // The newest message always stays, also where nobody accesses the location any more.
        const unsigned kept = count(s) == 1 ? 1 : kept_from(use, active, s);
        if (kept == 1) continue;
        forget_messages(s, kept - 1);
        dropped = true;
    }
    return dropped;
}

// The first `n` messages of a slot go. Who knows them knows which fences come before.
void rc11_memory::forget_messages(unsigned s, unsigned n) {
    each_view([&](view& v) {
        for (unsigned i = 1; i <= n && i <= v.at[s]; ++i) {
            v.earlier |= at(s, i).writers;
            if (i < v.at[s]) v.earlier |= at(s, i).readers;
        }
        v.at[s] = static_cast<std::uint8_t>(v.at[s] > n ? v.at[s] - n : 0);
    });
    for (item& i : items_) i.at[s] = static_cast<std::uint8_t>(i.at[s] > n ? i.at[s] - n : 0);
    const auto from = messages_.begin() + first_[s];
    messages_.erase(from, from + n);
    for (unsigned next = s + 1; next <= slots(); ++next)
        first_[next] = static_cast<std::uint16_t>(first_[next] - n);
}

// Fences that nothing can be placed before, with none before them that something can be.
bool rc11_memory::drop_fences() {
    std::uint64_t gone = 0;
    each_bit(fences(), [&](unsigned f) {
        // Movable: a write may still be placed before a message that the fence knows, if that is
        // not the first.
        const bool movable = std::ranges::any_of(items_[f].at, [](auto at) { return at > 1; });
        if ((!movable && items_[f].before == 0) || mutated(mutant::fence_dropped_early))
            gone |= bit(f);
    });
    if (gone != 0) remove_items(gone);
    return gone != 0;
}

// Accesses that all know who may still access the location.
void rc11_memory::drop_accesses(const program_use& use, thread_set active) {
    std::uint64_t gone = 0;
    for (unsigned i = 0; i < items_.size(); ++i) {
        if (items_[i].fence) continue;
        bool known = true;
        for (unsigned t = 0; t < threads_.size(); ++t)
            if ((active & use.users[location_of(items_[i].slot)]) >> t & 1)
                known = known && (threads_[t].now.known & bit(i));
        if (known) gone |= bit(i);
    }
    if (gone != 0) remove_items(gone);
}

// Views that nobody takes over, and what says nothing in the others.
void rc11_memory::drop_views(const program_use& use, thread_set active) {
    for (unsigned t = 0; t < threads_.size(); ++t) {
        if (!(use.acquire_fences >> t & 1)) threads_[t].read = {};
        if (!(use.unreleased_writes >> t & 1)) threads_[t].released = {};
    }
    // What a view says of a slot if it says nothing: of the first message, or of none. Both are
    // written as 0, so that two states which differ in that alone are one.
    std::array<std::uint8_t, slots_max> nothing{};
    for (unsigned s = 0; s < slots(); ++s) {
        const bool used = (use.users[location_of(s)] & active) != 0;
        if (!used)
            for (message& m : std::span(messages_).subspan(first_[s], count(s))) {
                m.released = {};
                m.writers = m.readers = 0;
            }
        nothing[s] = at(s, 1).writers == 0;
    }
    const auto drop = [&](std::array<std::uint8_t, slots_max>& at) {
        for (unsigned s = 0; s < slots_max; ++s)
            at[s] = at[s] == nothing[s] ? std::uint8_t{0} : at[s];
    };
    each_view([&](view& v) {
        drop(v.at);
        if (v.earlier != 0) v.earlier &= ~with_earlier(v.known & fences());
    });
    for (item& i : items_) drop(i.at);
}

// The others move up, in their order.
void rc11_memory::remove_items(std::uint64_t gone) {
    std::array<std::uint8_t, items_max> to{};
    std::uint8_t kept = 0;
    for (unsigned i = 0; i < items_.size(); ++i)
        to[i] = gone & bit(i) ? std::uint8_t{items_max} : kept++;
    renumber_items(to);
}

// In an order that does not depend on when they came: two ways to a state have the same items.
void rc11_memory::sort_items() {
    std::array<std::uint8_t, items_max> order{};
    for (unsigned i = 0; i < items_.size(); ++i) order[i] = static_cast<std::uint8_t>(i);
    const auto before = [&](std::uint8_t a, std::uint8_t b) {
        const item& x = items_[a];
        const item& y = items_[b];
        if (x.fence != y.fence) return y.fence;
        if (x.fence) return x.thread < y.thread;  // of one thread: as they came
        return std::tie(x.slot, x.thread, x.kind) < std::tie(y.slot, y.thread, y.kind);
    };
    const auto end = order.begin() + static_cast<long>(items_.size());
    if (std::is_sorted(order.begin(), end, before)) return;
    sort_stably(order.begin(), end, before);
    std::array<std::uint8_t, items_max> to{};
    for (unsigned i = 0; i < items_.size(); ++i) to[order[i]] = static_cast<std::uint8_t>(i);
    renumber_items(to);
}

// Item `i` becomes to[i]; items_max: it goes.
void rc11_memory::renumber_items(const std::array<std::uint8_t, items_max>& to) {
    const auto moved = [&](std::uint64_t bits) {
        std::uint64_t out = 0;
        each_bit(bits, [&](unsigned i) {
            if (to[i] < items_max) out |= bit(to[i]);
        });
        return out;
    };
    each_view([&](view& v) {
        v.known = moved(v.known);
        v.earlier = moved(v.earlier);
    });
    for (message& m : messages_) {
        m.writers = moved(m.writers);
        m.readers = moved(m.readers);
    }
    for (item& i : items_) i.before = moved(i.before);
    std::vector<item> all(items_.size());
    std::size_t kept = 0;
    for (unsigned i = 0; i < items_.size(); ++i)
        if (to[i] < items_max) {
            all[to[i]] = items_[i];
            ++kept;
        }
    all.resize(kept);
    items_ = std::move(all);
    fences_ = 0;
    for (unsigned i = 0; i < items_.size(); ++i)
        if (items_[i].fence) fences_ |= bit(i);
}

// --- identical threads ---------------------------------------------------------------------------

// Only how far it sees. Items are named by numbers that depend on the order of threads, and are
// left for the comparison of the whole (keys_tell_all).
void rc11_memory::put_thread(unsigned t, byte_writer& out) const {
    for (const view* v : {&threads_[t].now, &threads_[t].read, &threads_[t].released})
        out.all(v->at.data(), slots());
}

// Items name their threads, and are sorted by them.
void rc11_memory::rearrange(const std::vector<unsigned>& from) {
    const std::vector<thread_views> before = threads_;
    std::array<std::uint8_t, threads_max> to{};
    for (unsigned t = 0; t < from.size(); ++t) {
        threads_[t] = before[from[t]];
        to[from[t]] = static_cast<std::uint8_t>(t);
    }
    for (item& i : items_) i.thread = to[i.thread];
    sort_items();
}

// --- turned round --------------------------------------------------------------------------------

// Each slot takes the place of the one that it becomes, with its messages; views and items follow.
void rc11_memory::rotate(const rotation& turn, const program_use&, unsigned steps) {
    // What only one thread accesses is turned too: it may be a place of the ring.
    alone_ = rotated(alone_, turn, steps);
    const std::vector<message> before = messages_;
    const auto first = first_;
    std::array<std::uint8_t, slots_max> to{};  // of each slot
    std::array<std::uint8_t, slots_max> from{};
    for (unsigned s = 0; s < slots(); ++s) {
        to[s] = slot_of(turn.location(location_of(s), steps));
        from[to[s]] = static_cast<std::uint8_t>(s);
    }
    messages_.clear();
    for (unsigned s = 0; s < slots(); ++s) {
        first_[s] = static_cast<std::uint16_t>(messages_.size());
        for (unsigned i = first[from[s]]; i < first[from[s] + 1u]; ++i) {
            messages_.push_back(before[i]);
            messages_.back().value =
                turn.value(location_of(from[s]), messages_.back().value, steps);
        }
    }
    first_[slots()] = static_cast<std::uint16_t>(messages_.size());
    const auto moved = [&](const std::array<std::uint8_t, slots_max>& at) {
        std::array<std::uint8_t, slots_max> out{};
        for (unsigned s = 0; s < slots(); ++s) out[s] = at[from[s]];
        return out;
    };
    if (!mutated(mutant::views_not_rotated)) each_view([&](view& v) { v.at = moved(v.at); });
    for (item& i : items_) {
        i.slot = to[i.slot];
        i.at = moved(i.at);
    }
    sort_items();
}

// --- as bytes ------------------------------------------------------------------------------------

// All else says nothing, and is 0 in every view: drop_views().
rc11_memory::told_slots rc11_memory::told() const {
    told_slots t;
    for (unsigned s = 0; s < slots(); ++s)
        if (count(s) > 1 || at(s, 1).writers != 0) t.all[t.count++] = static_cast<std::uint8_t>(s);
    return t;
}

void rc11_memory::encode_view(const view& v, const told_slots& slots, byte_writer& out) const {
    for (const std::uint8_t s : slots) out.byte(v.at[s]);
    if (items_.empty()) return;
    out.number(v.known);
    out.number(v.earlier);
}

void rc11_memory::decode_view(view& v, const told_slots& slots, byte_reader& in) {
    v = {};
    for (const std::uint8_t s : slots) v.at[s] = in.byte();
    if (items_.empty()) return;
    v.known = in.number();
    v.earlier = in.number();
}

// decode() reads this back in the same order. What both know without it is not written: where there
// are no items, nothing names one.
void rc11_memory::encode(const program_use& use, byte_writer& out) const {
    for (location_id l = 0; l < alone_.size(); ++l)
        if (slot_of(l) == no_slot && use.users[l] != 0) out.number(alone_[l].value);
    out.byte(static_cast<std::uint8_t>(items_.size()));
    for (unsigned s = 0; s < slots(); ++s) {
        out.byte(static_cast<std::uint8_t>(count(s)));
        for (unsigned i = 1; i <= count(s); ++i) {
            out.number(at(s, i).value);
            if (!items_.empty()) {
                out.number(at(s, i).writers);
                out.number(at(s, i).readers);
            }
        }
    }
    const told_slots slots = told();
    for (const message& m : messages_) {
        // Most messages pass on nothing that is not known to all by now.
        const bool empty = m.released == view{};
        out.byte(static_cast<std::uint8_t>(m.followed + 2 * !empty));
        if (!empty) encode_view(m.released, slots, out);
    }
    for (unsigned t = 0; t < threads_.size(); ++t) {
        encode_view(threads_[t].now, slots, out);
        if (use.acquire_fences >> t & 1) encode_view(threads_[t].read, slots, out);
        if (use.unreleased_writes >> t & 1) encode_view(threads_[t].released, slots, out);
    }
    for (const item& i : items_) {
        out.byte(static_cast<std::uint8_t>(i.thread * 8u + i.kind * 2u + i.fence));
        if (!i.fence) {
            out.byte(i.slot);
            continue;
        }
        for (const std::uint8_t s : slots) out.byte(i.at[s]);
        out.number(i.before);
    }
}

void rc11_memory::decode(const program_use& use, byte_reader& in) {
    for (location_id l = 0; l < alone_.size(); ++l)
        if (slot_of(l) == no_slot && use.users[l] != 0) alone_[l] = {in.number(), 0};
    items_.assign(in.byte(), {});
    messages_.clear();
    for (unsigned s = 0; s < slots(); ++s) {
        first_[s] = static_cast<std::uint16_t>(messages_.size());
        for (unsigned n = in.byte(); n > 0; --n) {
            message& m = messages_.emplace_back();
            m.value = in.number();
            if (items_.empty()) continue;
            m.writers = in.number();
            m.readers = in.number();
        }
        first_[s + 1] = static_cast<std::uint16_t>(messages_.size());
    }
    const told_slots slots = told();
    for (message& m : messages_) {
        const unsigned how = in.byte();
        m.followed = how % 2 != 0;
        if (how >= 2) decode_view(m.released, slots, in);
    }
    for (unsigned t = 0; t < threads_.size(); ++t) {
        threads_[t] = {};
        decode_view(threads_[t].now, slots, in);
        if (use.acquire_fences >> t & 1) decode_view(threads_[t].read, slots, in);
        if (use.unreleased_writes >> t & 1) decode_view(threads_[t].released, slots, in);
    }
    fences_ = 0;
    for (unsigned n = 0; n < items_.size(); ++n) {
        item& i = items_[n];
        const unsigned how = in.byte();
        i.thread = static_cast<std::uint8_t>(how / 8);
        i.kind = static_cast<std::uint8_t>(how / 2 % 4);
        i.fence = how % 2 != 0;
        if (!i.fence) {
            i.slot = in.byte();
            continue;
        }
        fences_ |= bit(n);
        for (const std::uint8_t s : slots) i.at[s] = in.byte();
        i.before = in.number();
    }
}

}  // namespace ringsim::sim::states
