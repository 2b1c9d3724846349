// Performs an access as a mapping says: the access, and the barriers beside it.
#pragma once

#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// A barrier that stands beside an access, with the site of it. barrier::none is C++'s seq_cst
// fence.
inline label barrier_beside(const label& at, barrier b) {
    label l;
    l.fence = b;
    l.how = mode::seq_cst;
    l.where = at.where;
    l.source = at.source;
    l.note = at.note;
    l.implied = true;
    return l;
}

// The barriers behind an access.
inline void perform_after(executor& on, const lowering& to, const label& l) {
    for (unsigned i = 0; i < to.after_count; ++i) on.step(barrier_beside(l, to.after[i]));
}

// Returns the value read, if it reads.
inline std::uint64_t perform(executor& on, const lowering& to, label l,
                             const dependencies& stated = {}) {
    for (unsigned i = 0; i < to.before_count; ++i) on.step(barrier_beside(l, to.before[i]));
    std::uint64_t value = 0;
    if (to.present) {
        l.how = to.how;
        l.write_how = to.write_how;
        l.fence = to.fence;
        l.exclusive = to.exclusive;
        if (to.by_exchange) {
            l.kind = event_kind::read;
            l.op = rmw_op::exchange;
        }
        value = on.step(l, stated);
    }
    perform_after(on, to, l);
    return value;
}

}  // namespace ringsim::sim::graph
