// Where the kernel's memory model warns of plain and marked accesses that are mixed.
//
//   barrier = fencerel(Barrier | Rmb | Wmb | Mb | Sync | Before-atomic | After-atomic | Acquire |
//                      Release | Rcu-lock | Rcu-unlock | Srcu-lock | Srcu-unlock)
//             | po;[Release] | [Acquire];po
//   mixed-accesses = [Plain & W];(po-loc \ barrier);[Marked]
//                  | [Marked];(po-loc \ barrier);[Plain & W]
//
// A compiler may do what it likes with a plain write between two barriers, so that a marked access
// to the same location there promises less than it seems to. No axiom: the executions are the same.
#pragma once

#include "sim/graph/barrier.hpp"
#include "sim/graph/models/local_order.hpp"

namespace ringsim::sim::graph {

// Whether what is before the event is in another region than what comes after it.
constexpr bool lkmm_ends_region(const label& l) {
    if (l.kind != event_kind::fence)
        return l.fence != barrier::none || l.how == mode::seq_cst ||
               (l.kind == event_kind::read ? is_acquire(l.how) : is_release(l.how));
    return l.fence != barrier::smp_mb_after_spinlock &&
           l.fence != barrier::smp_mb_after_unlock_lock &&
           l.fence != barrier::smp_mb_after_srcu_read_unlock;
}

// Whether a marked access of a plain write's location, `earlier` or later than it in its thread and
// without the end of a region between them, is one that the rule warns of. What the marked access
// orders itself is no mixture: an acquire what comes behind it, a release what is before it.
constexpr bool lkmm_is_mixed_with(const label& marked, bool earlier) {
    if (marked.how == mode::seq_cst) return true;
    if (marked.kind == event_kind::read) return !(earlier && is_acquire(marked.how));
    return earlier || !is_release(marked.how);
}

// Whether a complete execution has such a pair in one thread. From each plain write to the ends of
// its region, for there are many events and few of these.
template <class G>
bool lkmm_mixes_accesses(const G& g) {
    bool found = false;
    g.plain().each([&](event_id e) {
        const event& write = g[e];
        if (found || write.what.kind != event_kind::write) return;
        // Goes on until it returns false.
        const auto look_at = [&](unsigned po, bool earlier) {
            const label& l = g[g.at(write.thread, po)].what;
            if (is_access(l) && l.location == write.what.location && l.how != mode::plain)
                found = found || lkmm_is_mixed_with(l, earlier);
            return !found && !lkmm_ends_region(l);
        };
        for (unsigned po = write.po; po-- > 0 && look_at(po, true);) continue;
        for (unsigned po = write.po + 1u; po < g.count(write.thread) && look_at(po, false); ++po)
            continue;
    });
    return found;
}

}  // namespace ringsim::sim::graph
