#include "sim/graph/mapping.hpp"

namespace ringsim::sim::graph {
namespace {

mode mode_of(order o) {
    switch (o) {
        case order::plain:
            return mode::plain;
        case order::acquire:
            return mode::acquire;
        case order::release:
            return mode::release;
        case order::acq_rel:
            return mode::acq_rel;
        case order::seq_cst:
        case order::full:
            return mode::seq_cst;
        default:
            return mode::relaxed;
    }
}

// Orders mean nothing; fences leave no event.
lowering lower_sc(access kind) {
    lowering l;
    l.present = kind != access::fence;
    return l;
}

// Loads and stores are mov, a seq_cst store is mov; mfence (as strong as xchg), every
// read-modify-write is locked, only a seq_cst fence is an instruction.
lowering lower_x86_tso(access kind, order o) {
    lowering l;
    l.fence_after = kind == access::store && o == order::seq_cst;
    l.present = kind != access::fence || o == order::seq_cst;
    return l;
}

// C++'s own orders. The kernel's xchg() is a full barrier on both sides, which no C++ exchange is.
lowering lower_rc11(access kind, order o) {
    lowering l;
    l.how = mode_of(o);
    if (kind == access::rmw && o == order::full) l.fence_before = l.fence_after = true;
    return l;
}

}  // namespace

lowering lower(model_id m, access kind, order o) {
    switch (m) {
        case model_id::sc:
            return lower_sc(kind);
        case model_id::x86_tso:
            return lower_x86_tso(kind, o);
        default:
            return lower_rc11(kind, o);
    }
}

}  // namespace ringsim::sim::graph
