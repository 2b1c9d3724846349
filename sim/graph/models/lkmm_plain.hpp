// What the kernel's memory model keeps of each event, and its rules for plain accesses: what they
// may not read and overwrite, and which of them race.
//
//   vis = cumul-fence*;rfe?;[Marked];(mb;[Marked];xbstar | xbstar & int)      xbstar = (hb | pb)*
//   fence = mb | po-rel | acq-po | wmb | rmb
//   w-pre  = [Marked];(addr | fence)?          r-pre  = as w-pre, without wmb; rmb to any access
//   w-post = fence?;[Marked];(rf;rmw)*         r-post = fence?;[Marked], without wmb; rmb from any
//   ww-vis = fence | mb;xbstar;w-pre | w-post;vis;w-pre
//   wr-vis = fence | mb;xbstar;r-pre | w-post;vis;r-pre
//   rw-xbstar = fence | r-post;xbstar;w-pre
//   PLAIN-COHERENCE  no rf against rw-xbstar, no fr against wr-vis, no co against ww-vis
//   races: co, unless ww-vis, and rw-xbstar from a plain write, and wr-vis to a plain write;
//          co?;rf, unless wr-vis or, back, rw-xbstar; fr, unless rw-xbstar
//
// all between accesses of two threads, one of them plain. A compiler may make something else of a
// plain access; the model only asks whether somebody else could notice.
#pragma once

#include <array>

#include "sim/graph/dependencies.hpp"
#include "sim/graph/models/local_order.hpp"
#include "sim/graph/relation.hpp"

namespace ringsim::sim::graph {

// Of a thread, up to an event and with it. These are classes of earlier events and not relations: a
// relation is made of them when an event comes that has them before it. Carried along the thread
// from event to event.
template <class Set>
struct lkmm_po {
    Set R{}, noreturn{}, W{};  // together all accesses
    Set acquire{};             // reads, and so the first half of a lock
    Set before_mb{};           // mb-before every later access
    Set before_atomic{};       // before the newest smp_mb__before_atomic()
    Set until_rmw{};           // up to the newest half of a read-modify-write
    Set until_lock{};          // up to the newest spin_lock()
    Set reads_before_rmb{}, before_rmb{};
    Set before_wmb{};
    Set addr_plain{};       // addr;[Plain & W]
    Set addr_wmb{};         // addr;[Plain];wmb
    Set unlocked{};         // po;[UL]
    Set handed{};           // po;[UL];(po | rf);[LKR]
    bool rcu = false;       // something of RCU is among them
    bool may_race = false;  // an access that may race, as far as it has heard (may_race())

    Set all() const { return R | noreturn | W; }
};

// What is kept for each event: the classes that later events need, and the relations that end here.
template <unsigned W>
struct lkmm_rows {
    static constexpr bool reads_ahead = true;
    using set = bits<W>;
    lkmm_po<set> po;
    stated_dependencies<set> stated;  // with those carried through plain and other own accesses
    set kept;                         // see builder::kept_before()
    set carried;                      // of a read: [R];(rfi^-1;data^-1)*, the reads in its value
    // The predecessors by each relation.
    set mb, po_rel, acq_po, wmb, rmb, lock, ppo;
    set fence;          // all but the last two
    set rmb_from_read;  // [R];rmb to any access, and, of a read, rmb from any access
    set rmb_to_read;
    // What a marked event has heard of; lkmm_model::hear() says how.
    set cumul, heard, heard_by_mb, hb;
    set heard_before;  // without what it reads from

    set nonrw() const { return mb | po_rel | acq_po; }
};

// The marked accesses: those that the kernel writes with READ_ONCE(), WRITE_ONCE(), an atomic or a
// lock.
template <class G>
typename G::set marked_of(const G& g) {
    auto accesses = G::set::none();
    for (location_id l = 0; l < g.location_count(); ++l) accesses |= g.accesses_at(l);
    return accesses - g.plain();
}

// The fences that program order alone gives: all there are without RCU. lkmm_rcu has the same
// functions, with what grace periods add.
template <class G>
struct lkmm_fences {
    using set = typename G::set;
    const G& g;

    const set& mb(event_id e) const { return g.rows(e).mb; }
    const set& strong(event_id e) const { return g.rows(e).mb; }
    set nonrw(event_id e) const { return g.rows(e).nonrw(); }
    const set& fence(event_id e) const { return g.rows(e).fence; }
    const set& ppo(event_id e) const { return g.rows(e).ppo; }
    set marked() const { return marked_of(g); }
    template <class Matrix>
    void add_rcu(Matrix&, Matrix&) const {}
};

// Scratch paper for relations: names are those of the model where a matrix has one meaning only.
template <class G>
struct lkmm_scratch {
    static constexpr unsigned words = G::capacity / 64;
    using matrix = relation<words>;
    // On marked accesses, but for coe, co and fre.
    matrix rfe, fre, coe, co, overwrite, mb, base, cumul, prop, hb, pb, other;
    matrix xbstar;
    matrix visible;   // mb;xbstar | w-post;vis, to marked accesses
    matrix executed;  // r-post;xbstar, to marked accesses
};

// r;(rf;rmw)*, as it ends at `e`. The chain goes back from a write half to what its read half reads
// from.
template <class G>
typename G::set lkmm_rmw_sequence(const G& g, const calculus<G>& on, event_id e,
                                  const relation<G::capacity / 64>& r) {
    auto before = r.row[e];
    if (mutated(mutant::lkmm_no_rmw_sequence)) return before;
    while (g[e].what.kind == event_kind::write && g[e].what.rmw) {
        e = g[g.po_prev(e)].rf;
        if (e >= to_come || !on.events().test(e)) break;
        before |= r.row[e];
    }
    return before;
}

// What the marked events `pre` have heard of: hb*, and what is heard through a fence.
template <class G>
struct lkmm_hearsay {
    typename G::set hb, heard;

    lkmm_hearsay(const G& g, const typename G::set& pre) : hb(pre), heard(pre) {
        pre.each([&](event_id x) {
            hb |= g.rows(x).hb;
            heard |= g.rows(x).heard | g.rows(x).heard_by_mb;
        });
    }
};

// What the marked events `pre` show to be visible, to what they bound: mb;xbstar | w-post;vis, as
// far as they have heard of it. A part of the relation, and all that can be had without a matrix.
template <class G>
typename G::set lkmm_visible(const G& g, const typename G::set& pre) {
    const lkmm_hearsay<G> of(g, pre);
    auto visible = of.heard;
    of.heard.each([&](event_id m) { visible |= g.rows(m).fence; });
    of.hb.each([&](event_id m) { visible |= g.rows(m).mb; });
    return visible;
}
// Whether `a` is among that. Fences order within a thread, so that only those of the thread of `a`
// need be looked at, and mostly the first will do.
template <class G>
bool lkmm_is_visible(const G& g, event_id a, const typename G::set& pre) {
    const lkmm_hearsay<G> of(g, pre);
    const auto& own = g.events_of(g[a].thread);
    bool found = of.heard.test(a);
    (of.heard & own).each([&](event_id m) { found = found || g.rows(m).fence.test(a); });
    if (!found) (of.hb & own).each([&](event_id m) { found = found || g.rows(m).mb.test(a); });
    return found;
}

// Plain accesses among the events that `on` has, with the fences that `fences` knows: program order
// alone, or RCU too. Order of calls: any(); if there are such, close(); then coherent() or
// racing().
template <class G, class Fences = lkmm_fences<G>>
class lkmm_plain {
  public:
    using set = typename G::set;
    using scratch = lkmm_scratch<G>;

    lkmm_plain(const G& g, const calculus<G>& on, const Fences& fences)
        : g_(g), on_(on), fences_(fences), marked_(fences.marked() & on.events()) {}

    // Whether there is a location with a plain access of one thread and a conflicting one of
    // another. Most programs have none, and need no matrix.
    bool any() const {
        bool found = false;
        each_pair([&](event_id, event_id) { found = true; });
        return found;
    }

    // From hb+ and pb+ to the relations between plain accesses. Bottom up, as the definitions above
    // stand; `other`, `base` and `prop` are used again for each.
    void close(scratch& s) const {
        on_.add(s.pb, s.hb);
        fences_.add_rcu(s.pb, s.mb);
        on_.close(s.pb);
        on_.optional(s.xbstar, s.pb);
        // vis
        on_.sequence(s.other, s.cumul, s.rfe);
        on_.add(s.other, s.cumul);
        on_.sequence(s.base, s.other, s.mb);
        on_.sequence(s.visible, s.base, s.xbstar);
        on_.rows(s.base, [&](event_id e) { return s.xbstar.row[e] & g_.events_of(g_[e].thread); });
        on_.sequence(s.prop, s.other, s.base);
        on_.add(s.visible, s.prop);
        // w-post;vis
        on_.rows(s.base, [&](event_id e) {
            return bounded(e, mutated(mutant::lkmm_no_w_post) ? set::none() : fences_.fence(e));
        });
        on_.rows(s.other, [&](event_id e) {
            return marked_.test(e) ? lkmm_rmw_sequence(g_, on_, e, s.base) : set::none();
        });
        if (mutated(mutant::lkmm_no_vis))
            on_.rows(s.prop, [](event_id) { return set::none(); });
        else
            on_.sequence(s.prop, s.other, s.visible);
        // mb;xbstar
        on_.rows(s.base,
                 [&](event_id e) { return marked_.test(e) ? fences_.strong(e) : set::none(); });
        on_.sequence(s.visible, s.base, s.xbstar);
        on_.add(s.visible, s.prop);
        // r-post;xbstar
        on_.rows(s.base, [&](event_id e) {
            return bounded(e, mutated(mutant::lkmm_no_r_post)
                                  ? set::none()
                                  : fences_.nonrw(e) | g_.rows(e).rmb_to_read);
        });
        on_.sequence(s.executed, s.base, s.xbstar);
    }

    // For each pair of conflicting accesses in two threads: does anything visible go against rf, co
    // or fr? Three cases, by who reads and who writes.
    bool coherent(const scratch& s) const {
        const by_relations known{*this, s};
        bool holds = true;
        each_pair([&](event_id a, event_id b) {
            const bool a_writes = g_[a].what.kind == event_kind::write;
            const bool b_writes = g_[b].what.kind == event_kind::write;
            if (a_writes && !b_writes && g_[b].rf == a)
                holds = holds && (!known.rw_xbstar(b, a) || mutated(mutant::lkmm_no_wr_coherence));
            else if (!a_writes && b_writes && is_fr(a, b))
                holds = holds && (!known.wr_vis(b, a) || mutated(mutant::lkmm_no_rw_coherence));
            else if (a_writes && b_writes && g_[a].co < g_[b].co)
                holds = holds && (!known.ww_vis(b, a) || mutated(mutant::lkmm_no_ww_coherence));
        });
        return holds;
    }

    // Of the accesses that race, the first of the first thread and the one that it races with;
    // no_event twice if none do.
    std::array<event_id, 2> racing(const scratch& s) const {
        const by_relations known{*this, s};
        std::array<event_id, 2> found{no_event, no_event};
        each_pair([&](event_id a, event_id b) {
            if ((found[0] == no_event || is_before(a, found[0])) && race(known, a, b))
                found = {a, b};
        });
        return found;
    }
    // Whether `e` races with anything, by what events have heard of, which may make too many races.
    // What they have heard stays, and so does co of two writes: so asked when the later of two
    // comes, it is answered for good.
    bool may_race(event_id e) const {
        const by_hearing known{*this};
        bool found = false;
        each_rival(e, [&](event_id o) { found = found || race(known, e, o) || race(known, o, e); });
        return found;
    }

  private:
    // Calls f(a, b) and f(b, a) for accesses of two threads to a location, one of them a write, one
    // plain. From the plain ones, of which there are few.
    template <class F>
    void each_pair(F&& f) const {
        (g_.plain() & on_.events()).each([&](event_id p) {
            each_rival(p, [&](event_id o) {
                f(p, o);
                f(o, p);
            });
        });
    }
    // The other ends of such pairs of the event `e`.
    template <class F>
    void each_rival(event_id e, F&& f) const {
        const label& l = g_[e].what;
        if (!is_access(l) || !has_source(e)) return;
        set others =
            l.kind == event_kind::write ? g_.accesses_at(l.location) : g_.writes_at(l.location);
        others &= on_.events();
        if (l.how != mode::plain) others &= g_.plain();
        (others - g_.events_of(g_[e].thread)).each([&](event_id o) {
            if (has_source(o)) f(o);
        });
    }
    // A read that is about to be revisited has none, and one that was promised has none yet.
    bool has_source(event_id e) const {
        return g_[e].what.kind == event_kind::write || g_[e].rf == initial_write ||
               g_[e].rf < to_come;
    }

    // `a` is the one that comes first in co or reads from before `b`; the other way round is
    // another pair.
    template <class Known>
    bool race(const Known& known, event_id a, event_id b) const {
        const bool a_writes = g_[a].what.kind == event_kind::write;
        const bool b_writes = g_[b].what.kind == event_kind::write;
        if (a_writes && b_writes)
            return g_[a].co < g_[b].co && !mutated(mutant::lkmm_no_ww_race) &&
                   !(known.ww_vis(a, b) && (marked_.test(a) || known.rw_xbstar(a, b)) &&
                     (marked_.test(b) || known.wr_vis(a, b)));
        if (a_writes)
            return g_[a].co <= g_.co_index(g_[b].rf) && !mutated(mutant::lkmm_no_wr_race) &&
                   !known.wr_vis(a, b) && !known.rw_xbstar(b, a);
        return is_fr(a, b) && !mutated(mutant::lkmm_no_rw_race) && !known.rw_xbstar(a, b);
    }

    bool is_before(event_id a, event_id b) const {
        if (g_[a].thread != g_[b].thread) return g_[a].thread < g_[b].thread;
        return g_[a].po < g_[b].po;
    }
    // fr, for a read of the same location.
    bool is_fr(event_id read, event_id write) const {
        return g_.co_index(g_[read].rf) < g_[write].co;
    }
    set bounded(event_id e, const set& before) const {
        if (!marked_.test(e)) return set::none();
        return before | set::of(e);
    }

    // What bounds an access from before, as far as it is marked.
    set w_pre(event_id e) const {
        if (mutated(mutant::lkmm_no_w_pre)) return bounded_by(e, set::none());
        return bounded_by(e, g_.rows(e).stated.addr | fences_.fence(e));
    }
    set r_pre(event_id e) const {
        const auto& r = g_.rows(e);
        if (mutated(mutant::lkmm_no_r_pre)) return bounded_by(e, set::none());
        return bounded_by(e, r.stated.addr | fences_.nonrw(e) | r.rmb_from_read);
    }
    set bounded_by(event_id e, const set& before) const { return (before | set::of(e)) & marked_; }

    // Which orders there are, by the relations that close() made.
    struct by_relations {
        const lkmm_plain& of;
        const scratch& s;

        bool ww_vis(event_id a, event_id e) const {
            return of.fenced(a, e) || through(s.visible, a, of.w_pre(e));
        }
        bool wr_vis(event_id a, event_id e) const {
            return of.fenced(a, e) || through(s.visible, a, of.r_pre(e));
        }
        bool rw_xbstar(event_id a, event_id e) const {
            return of.fenced(a, e) || through(s.executed, a, of.w_pre(e));
        }
        static bool through(const relation<scratch::words>& r, event_id a, const set& pre) {
            bool found = false;
            pre.each([&](event_id x) { found = found || r.row[x].test(a); });
            return found;
        }
    };

    // Those that are known without any relation, from what events have heard of. There may be more.
    // A quick test: if even this finds no race there is none, and the relations need not be made.
    struct by_hearing {
        const lkmm_plain& of;

        bool ww_vis(event_id a, event_id e) const {
            return of.fenced(a, e) || lkmm_is_visible(of.g_, a, of.w_pre(e));
        }
        bool wr_vis(event_id a, event_id e) const {
            return of.fenced(a, e) || lkmm_is_visible(of.g_, a, of.r_pre(e));
        }
        bool rw_xbstar(event_id a, event_id e) const {
            if (of.fenced(a, e)) return true;
            set before = of.w_pre(e);
            of.w_pre(e).each([&](event_id x) { before |= of.g_.rows(x).hb; });
            set post = before;
            before.each(
                [&](event_id m) { post |= of.g_.rows(m).nonrw() | of.g_.rows(m).rmb_to_read; });
            return post.test(a);
        }
    };

    bool fenced(event_id a, event_id e) const { return fences_.fence(e).test(a); }

    const G& g_;
    const calculus<G>& on_;
    const Fences& fences_;
    const set marked_;
};

}  // namespace ringsim::sim::graph
