#include "sim/litmus/mapping.hpp"

namespace ringsim::sim::litmus {
namespace {

using graph::mode;
using graph::model_id;

// The kernel's own definitions on x86: smp_mb() is a locked instruction; smp_rmb(), smp_wmb() and
// the barriers beside atomics and locks, which are locked instructions already, only hold back the
// compiler.
fence_lowering lower_x86_tso(fence_kind f, order how) {
    if (f == fence_kind::c11) return {how == order::seq_cst, mode::seq_cst};
    return {f == fence_kind::mb, mode::seq_cst};
}

fence_lowering lower_rc11(fence_kind f, order how) {
    switch (f) {
        case fence_kind::c11:
            return {how != order::relaxed, graph::lower(model_id::rc11, access::fence, how).how};
        case fence_kind::rmb:
            return {true, mode::acquire};
        case fence_kind::wmb:
            return {true, mode::release};
        default:
            return {true, mode::seq_cst};
    }
}

}  // namespace

fence_lowering lower_fence(model_id m, fence_kind f, order how) {
    switch (m) {
        case model_id::sc:
            return {};
        case model_id::x86_tso:
            return lower_x86_tso(f, how);
        default:
            return lower_rc11(f, how);
    }
}

fence_lowering lower_barrier(model_id m, std::string_view barrier) {
    if (m == model_id::x86_tso && barrier == "mfence") return {true, mode::seq_cst};
    return {};
}

bool judges(model_id m, dialect d) {
    return !is_assembly(d) || m == model_id::sc || m == default_model(d);
}

model_id default_model(dialect d) {
    switch (d) {
        case dialect::x86_64:
        case dialect::x86:
            return model_id::x86_tso;
        case dialect::lkmm:
        case dialect::c11:
            return model_id::rc11;
        default:
            return model_id::sc;
    }
}

bool failure_differs(model_id m, const instruction& i) {
    return !i.native && m != model_id::sc && m != model_id::x86_tso && i.how != i.failing;
}

std::string mapping_text(model_id m, dialect d) {
    if (is_assembly(d)) return "instructions as they are";
    if (m == model_id::sc) return "orders and fences mean nothing under sc";
    if (m == model_id::x86_tso)
        return d == dialect::c11
                   ? "load mov; store mov, seq_cst store mov;mfence; RMW locked; seq_cst fence "
                     "mfence, other fences nothing"
                   : "load and store mov; RMW and spin_lock locked; smp_mb mfence; smp_rmb, "
                     "smp_wmb, smp_mb__* nothing";
    return d == dialect::c11
               ? "C11's own orders, release sequences of C++20"
               : "ONCE rlx, acquire acq, release rel; RMW without suffix F_sc;rmw;F_sc, failing "
                 "rlx; smp_mb and smp_mb__* F_sc; smp_rmb F_acq; smp_wmb F_rel; spin_lock acq, "
                 "spin_unlock rel; dependencies not seen";
}

}  // namespace ringsim::sim::litmus
