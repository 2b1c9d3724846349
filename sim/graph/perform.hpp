// Performs an access as a mapping says: the access, and the barriers beside it. Both adapters of
// the engine come here, scenarios' (engine.cpp) and litmus tests' (machine.cpp).
#pragma once

#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// A barrier that stands beside an access, with the site of it, marked as the mapping's own
// (implied). barrier::none is C++'s seq_cst fence.
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

// The barriers behind an access. By itself only for an access whose outcome decides which they are.
inline void perform_after(executor& on, const lowering& to, const label& l) {
    for (unsigned i = 0; i < to.after_count; ++i) on.step(barrier_beside(l, to.after[i]));
}

// Returns the value read, if it reads, else 0. The label is made into that of the event where it
// stands: a copy of it, made right behind its single members, has the processor wait. What the
// label says of modes is overwritten by the mapping. The barriers state no dependencies: only the
// access has an address and a value.
inline std::uint64_t perform(executor& on, const lowering& to, label&& l,
                             const dependencies& stated = independent) {
    for (unsigned i = 0; i < to.before_count; ++i) on.step(barrier_beside(l, to.before[i]));
    std::uint64_t value = 0;
    if (to.present) {
        l.how = to.how;
        l.write_how = to.write_how;
        l.fence = to.fence;
        l.exclusive = to.exclusive;
        // As a read that writes; the value read is nobody's, and the trace shows a store all the
        // same.
        if (to.by_exchange) {
            l.kind = event_kind::read;
            l.op = rmw_op::exchange;
            l.no_return = false;  // an instruction, also if it stores to a part
        }
        value = on.step(l, stated);
    }
    perform_after(on, to, l);
    return value;
}

}  // namespace ringsim::sim::graph
