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

// Whether a complete execution has such a pair in one thread.
template <class G>
bool lkmm_mixes_accesses(const G& g) {
    const auto mixes = [&g](unsigned t, unsigned first, unsigned second) {
        const label& a = g[g.at(t, first)].what;
        const label& b = g[g.at(t, second)].what;
        if (!is_access(a) || !is_access(b) || a.location != b.location ||
            (a.how == mode::plain) == (b.how == mode::plain))
            return false;
        const label& plain = a.how == mode::plain ? a : b;
        if (plain.kind != event_kind::write) return false;
        const bool acquires = a.kind == event_kind::read && is_acquire(a.how);
        const bool releases = b.kind == event_kind::write && is_release(b.how);
        if ((acquires && a.how != mode::seq_cst) || (releases && b.how != mode::seq_cst))
            return false;
        for (unsigned i = first + 1; i < second; ++i)
            if (lkmm_ends_region(g[g.at(t, i)].what)) return false;
        return true;
    };
    if (!g.plain().any()) return false;
    for (unsigned t = 0; t < g.thread_count(); ++t)
        for (unsigned second = 1; second < g.count(t); ++second)
            for (unsigned first = 0; first < second; ++first)
                if (mixes(t, first, second)) return true;
    return false;
}

}  // namespace ringsim::sim::graph
