// RCU and SRCU in the kernel's memory model: read-side critical sections wait for nobody, and a
// grace period waits for every critical section that began before it.
//
//   rcu-link  = po?;hb*;pb*;prop;po
//   rcu-order = gp | gp;LINK;rscs^-1 | rscs^-1;LINK;gp | rcu-order;rcu-link;rcu-order
//               LINK = rcu-link | rcu-link;rcu-order;rcu-link
//   rcu-fence = po;rcu-order;po?     rb = prop;rcu-fence;hb*;pb*;[Marked]
//   RCU       irreflexive(rb), which is irreflexive(rcu-order;rcu-link)
//
// gp: synchronize_rcu(), or synchronize_srcu(); rscs: from rcu_read_lock() to the rcu_read_unlock()
// that it is nested with, or from srcu_read_lock() to the srcu_read_unlock() that gets what it
// returned. The grace period and the critical section that are paired in LINK are both RCU's, or of
// one srcu_struct. Fences are events here as accesses are, and marked.
//
// In words: a chain with at least as many grace periods as critical sections, linked by what orders
// one with the next, orders its beginning before its end, as a full barrier does; and such an order
// has no cycle. All this is worked out over a complete execution, of tests that use RCU at all.
#pragma once

#include <string_view>
#include <vector>

#include "sim/graph/models/lkmm_plain.hpp"

namespace ringsim::sim::graph {

// Relations over all events.
template <class G>
struct lkmm_rcu_scratch {
    using matrix = relation<G::capacity / 64>;
    matrix po, gp, reach, link, order, joined, step, fence, rb;
};

// RCU in one complete execution. Made anew for each: the constructor finds critical sections and
// grace periods, ordered() the relations, and only after that may the functions be asked that use
// them.
template <class G>
class lkmm_rcu {
  public:
    using set = typename G::set;

    // Fences of threads, then sections of SRCU, which may end in another thread and so come last.
    lkmm_rcu(const G& g, const calculus<G>& on) : g_(g), on_(on) {
        marked_ = marked_of(g);
        on.events().each([&](event_id e) {
            if (g[e].what.kind == event_kind::fence) marked_.set(e);
        });
        for (unsigned t = 0; t < g.thread_count(); ++t) enter_thread(t);
        on.events().each([&](event_id e) {
            if (g[e].what.fence == barrier::srcu_read_unlock) match(e);
        });
        on.rows(s().gp, [&](event_id e) { return before_grace_period(e); });
    }

    // As in lkmm_fences, with what a grace period adds: it is as strong as smp_mb() by itself.
    set mb(event_id e) const { return g_.rows(e).mb | s().gp.row[e]; }
    set strong(event_id e) const { return mb(e) | rcu_fence(e); }
    set nonrw(event_id e) const { return g_.rows(e).nonrw() | s().gp.row[e]; }
    set fence(event_id e) const { return g_.rows(e).fence | s().gp.row[e] | rcu_fence(e); }
    set ppo(event_id e) const { return g_.rows(e).ppo | s().gp.row[e]; }
    const set& marked() const { return marked_; }
    // rb to pb, and rcu-fence to what is as strong as smp_mb(), both on marked events.
    template <class Matrix>
    void add_rcu(Matrix& pb, Matrix& mb) const {
        if (!mutated(mutant::lkmm_no_rb)) on_.add(pb, s().rb);
        marked_.each([&](event_id e) { mb.row[e] |= rcu_fence(e) & marked_; });
    }

    // The axiom. `found`: hb+, pb+ and prop. Leaves rcu-fence and rb, if it holds. rcu-order refers
    // to itself, so it is the least fixed point: it starts with the grace periods, and pairs of a
    // grace period and a critical section are added until nothing changes.
    bool ordered(const lkmm_scratch<G>& found) const {
        auto& [po, gp, reach, link, order, joined, step, fence, rb] = s();
        const set& marked = marked_;
        on_.optional(joined, found.hb);
        on_.optional(step, found.pb);
        on_.sequence(reach, joined, step);  // hb*;pb*
        // hb*;pb*;prop
        on_.sequence(step, reach, found.prop);
        if (mutated(mutant::lkmm_no_rcu_prop))
            on_.rows(step,
                     [&marked](event_id e) { return marked.test(e) ? set::of(e) : set::none(); });
        on_.sequence(joined, step, po);
        on_.optional(step, po);
        // po?;hb*;pb*;prop;po
        on_.sequence(link, step, joined);
        close_order();
        on_.sequence(step, order, link);
        if (!on_.irreflexive(step) && !mutated(mutant::lkmm_no_rcu)) return false;
        on_.sequence(joined, po, order);
        on_.optional(step, po);
        on_.sequence(fence, joined, step);
        on_.sequence(step, found.prop, fence);
        on_.sequence(rb, step, reach);
        (on_.events() - marked).each([&found_rb = rb](event_id e) {
            found_rb.row[e] = set::none();
        });
        return true;
    }

    // Whether a thread waits within a critical section, whose end would order what is before it. Of
    // what is not ordered yet nothing can be said then.
    bool waits_within() const {
        return waits_within_ || some_lock([&](event_id e) {
                   return g_.blocked(g_[e].thread) && matches(e, &section::lock) == 0;
               });
    }

    // By the names that the kernel's model gives them. Not part of any axiom: the kernel's model
    // flags an execution that uses RCU wrongly.
    template <class F>
    void each_misuse(F&& f) const {
        if (unmatched_lock_) f("unmatched-rcu-lock");
        if (unmatched_unlock_) f("unmatched-rcu-unlock");
        if (some_lock([&](event_id e) { return matches(e, &section::lock) == 0; }))
            f("unmatched-srcu-lock");
        if (some_unlock([&](event_id e) { return matches(e, &section::unlock) == 0; }))
            f("unmatched-srcu-unlock");
        if (some_lock([&](event_id e) { return matches(e, &section::lock) > 1; }))
            f("multiple-srcu-matches");
        if (sleeps()) f("invalid-sleep");
        for (const section& c : sections_)
            if (c.domain != rcu && g_[c.lock].value != g_[c.unlock].value)
                return f("srcu-bad-value-match");
    }

  private:
    // What a grace period waits for: RCU's critical sections, or those of an srcu_struct.
    using domain_id = std::uint32_t;
    static constexpr domain_id rcu = locations_max;
    // A read-side critical section, and who waits for it.
    struct section {
        event_id lock, unlock;
        domain_id domain;
    };
    struct grace_period {
        event_id at;
        domain_id domain;
    };

    static lkmm_rcu_scratch<G>& s() {
        static thread_local lkmm_rcu_scratch<G> all;
        return all;
    }
    set rcu_fence(event_id e) const {
        return mutated(mutant::lkmm_no_rcu_fence) ? set::none() : s().fence.row[e];
    }

    // po, the grace periods of a thread, and the critical sections of RCU, which are nested: the
    // innermost that is open ends first, so that a stack finds them.
    void enter_thread(unsigned t) {
        set before = set::none();
        std::vector<event_id> open;
        for (unsigned i = 0; i < g_.count(t); ++i) {
            const event_id e = g_.at(t, i);
            s().po.row[e] = before;
            before.set(e);
            const label& l = g_[e].what;
            if (is_grace_period(l.fence))
                periods_.push_back({e, l.fence == barrier::synchronize_rcu ? rcu : l.location});
            if (l.fence == barrier::rcu_read_lock) open.push_back(e);
            // An end without a beginning is misuse, and begins no section.
            if (l.fence != barrier::rcu_read_unlock) continue;
            if (open.empty()) {
                unmatched_unlock_ = true;
                continue;
            }
            sections_.push_back({open.back(), e, rcu});
            open.pop_back();
        }
        unmatched_lock_ = unmatched_lock_ || !open.empty();
        waits_within_ = waits_within_ || (!open.empty() && g_.blocked(t));
    }

    // [srcu_read_lock];(data;[~srcu_read_unlock];rf)*;data;[srcu_read_unlock], of one location.
    // SRCU's sections do not nest: what ends one is the value that srcu_read_lock() had returned,
    // so the way of that value is followed backwards, through memory if need be. There may be
    // several beginnings, or none: that is misuse, and is told as such.
    void match(event_id unlock) {
        set reads = g_.rows(unlock).stated.data;
        for (bool more = true; more;) {
            set all = reads;
            reads.each([&](event_id r) {
                const event_id w = g_[r].rf;
                // The write of an srcu_read_unlock() is no value that somebody handed on.
                if (w == initial_write || g_[w].what.fence == barrier::srcu_read_unlock) return;
                all |= g_.rows(w).stated.data;
            });
            more = !(all == reads);
            reads = all;
        }
        const location_id l = g_[unlock].what.location;
        reads.each([&](event_id r) {
            if (g_[r].what.fence == barrier::srcu_read_lock && g_[r].what.location == l)
                sections_.push_back({r, unlock, l});
        });
    }

    // po;[grace period];po?: what is mb-before `e` because of a grace period between the two, or
    // that `e` is.
    set before_grace_period(event_id e) const {
        set before = set::none();
        if (mutated(mutant::lkmm_no_gp)) return before;
        for (const grace_period& p : periods_)
            if (p.at == e || s().po.row[e].test(p.at)) before |= s().po.row[p.at];
        return before;
    }

    // The fixed point. It ends, for pairs are only added.
    void close_order() const {
        auto& order = s().order;
        on_.rows(order, [](event_id) { return set::none(); });
        for (const grace_period& p : periods_) order.row[p.at].set(p.at);
        while (grow_order()) {
        }
    }
    // One round; whether it found a new pair. `link` stays; `joined` becomes LINK.
    bool grow_order() const {
        auto& [po, gp, reach, link, order, joined, step, fence, rb] = s();
        const unsigned before = pairs(order);
        on_.sequence(step, order, link);
        on_.sequence(joined, link, step);
        if (mutated(mutant::lkmm_no_rcu_nested))
            joined = link;
        else
            on_.add(joined, link);
        for (const section& c : sections_)
            for (const grace_period& p : periods_) pair_up(c, p);
        on_.sequence(joined, step, order);
        if (!mutated(mutant::lkmm_no_rcu_sequence)) on_.add(order, joined);
        return pairs(order) != before;
    }
    // gp;LINK;rscs^-1 and rscs^-1;LINK;gp
    void pair_up(const section& c, const grace_period& p) const {
        auto& order = s().order;
        const auto& linked = s().joined;
        // A grace period of one srcu_struct waits for no critical section of another.
        if (c.domain != p.domain && !mutated(mutant::lkmm_no_rcu_loc)) return;
        if (linked.row[c.unlock].test(p.at) && !mutated(mutant::lkmm_no_rcu_gp_rscs))
            order.row[c.lock].set(p.at);
        if (linked.row[p.at].test(c.lock) && !mutated(mutant::lkmm_no_rcu_rscs_gp))
            order.row[p.at].set(c.unlock);
    }
    // How many pairs a relation has: it grew if and only if the number did.
    unsigned pairs(const relation<G::capacity / 64>& r) const {
        unsigned n = 0;
        on_.events().each([&](event_id e) { n += r.row[e].count(); });
        return n;
    }

    // --- misuse ---------------------------------------------------------------------------------
    template <class P>
    bool some(barrier which, P&& p) const {
        bool found = false;
        on_.events().each(
            [&](event_id e) { found = found || (g_[e].what.fence == which && p(e)); });
        return found;
    }
    template <class P>
    bool some_lock(P&& p) const {
        return some(barrier::srcu_read_lock, p);
    }
    template <class P>
    bool some_unlock(P&& p) const {
        return some(barrier::srcu_read_unlock, p);
    }
    // Of SRCU's sections, how many begin, or end, at `e`.
    std::size_t matches(event_id e, event_id section::*end) const {
        std::size_t n = 0;
        for (const section& c : sections_) n += c.domain != rcu && c.*end == e;
        return n;
    }
    // Whether synchronize_srcu() is called inside a critical section of RCU, in which nobody may
    // sleep.
    bool sleeps() const {
        for (const section& c : sections_)
            for (const grace_period& p : periods_)
                if (c.domain == rcu && p.domain != rcu && s().po.row[p.at].test(c.lock) &&
                    s().po.row[c.unlock].test(p.at))
                    return true;
        return false;
    }

    const G& g_;
    const calculus<G>& on_;
    set marked_;
    std::vector<section> sections_;
    std::vector<grace_period> periods_;
    bool waits_within_ = false;
    bool unmatched_lock_ = false;
    bool unmatched_unlock_ = false;
};

}  // namespace ringsim::sim::graph
