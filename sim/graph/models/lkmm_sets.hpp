// The sets of events that lkmm's definitions name, as far as an event's label says whether it is of
// one. Full and acquire are different annotations there, and not one more than the other.
#pragma once

#include "sim/graph/event.hpp"
#include "sim/graph/mutant.hpp"

namespace ringsim::sim::graph {

struct lkmm_sets {
    // Whether smp_rmb() orders it as a read.
    static bool returns(const label& l) {
        return !l.no_return || mutated(mutant::lkmm_rmb_without_return);
    }
    // Also one that fails: a cmpxchg(), or an atomic_add_unless(), which is marked as exclusive.
    static bool is_RMW(const label& l) {
        return !l.lock && (l.rmw || l.op != rmw_op::none || l.exclusive);
    }
    static bool is_full(const label& l) { return l.how == mode::seq_cst; }
    static bool acquires(const label& l) { return is_acquire(l.how) && !is_full(l); }
    static bool releases(const label& l) { return is_release(l.how) && !is_full(l); }
    static bool is_LKR(const label& l) {
        return l.lock && l.kind == event_kind::read && acquires(l);
    }
    static bool is_UL(const label& l) {
        return l.lock && l.kind == event_kind::write && !l.rmw && releases(l);
    }
};

}  // namespace ringsim::sim::graph
