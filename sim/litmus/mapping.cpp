// Which barrier of the kernel is which instruction, and which model judges what. Nothing here knows
// an access of C11: those are the engine's mappings.
#include "sim/litmus/mapping.hpp"

namespace ringsim::sim::litmus {
namespace {

using graph::mode;
using graph::model_id;

// A mapping may have other instructions for the kernel than for C++: its smp_load_acquire() is LDAR
// also where the compiler would take LDAPR.
ringsim::language language_of(dialect d) {
    return d == dialect::lkmm ? ringsim::language::kernel : ringsim::language::cxx;
}

// What the kernel's barriers are on each machine. Sources: arch/*/include/asm/barrier.h, atomic.h
// and spinlock.h in Linux 6.12. One row for each barrier, one column for each kind of machine; x86
// and C++ are in kernel_fence_of().
struct kernel_fence {
    fence_kind what;
    graph::barrier on_arm;
    graph::barrier on_riscv;
    graph::barrier on_power;
    graph::barrier in_lkmm;
};
using enum graph::barrier;
constexpr kernel_fence kernel_fences[] = {
    {fence_kind::mb, dmb_ish, fence_rw_rw, sync, smp_mb},
    {fence_kind::rmb, dmb_ishld, fence_r_r, lwsync, smp_rmb},
    {fence_kind::wmb, dmb_ishst, fence_w_w, lwsync, smp_wmb},
    {fence_kind::before_atomic, dmb_ish, fence_rw_rw, sync, smp_mb_before_atomic},
    {fence_kind::after_atomic, dmb_ish, fence_rw_rw, sync, smp_mb_after_atomic},
    {fence_kind::after_spinlock, dmb_ish, fence_rw_rw, sync, smp_mb_after_spinlock},
    {fence_kind::after_unlock_lock, dmb_ish, fence_rw_rw, sync, smp_mb_after_unlock_lock},
};

// RCU is in the kernel's own model only. Elsewhere the ends of its critical sections are nothing,
// which is what they compile to, and without grace periods nobody can tell. synchronize_rcu() would
// be lost, so refusal() refuses it.
graph::barrier rcu_of(fence_kind f) {
    switch (f) {
        case fence_kind::rcu_read_lock:
            return rcu_read_lock;
        case fence_kind::rcu_read_unlock:
            return rcu_read_unlock;
        case fence_kind::synchronize_rcu:
            return synchronize_rcu;
        case fence_kind::srcu_read_lock:
            return srcu_read_lock;
        case fence_kind::srcu_read_unlock:
            return srcu_read_unlock;
        case fence_kind::synchronize_srcu:
            return synchronize_srcu;
        case fence_kind::after_srcu_read_unlock:
            return smp_mb_after_srcu_read_unlock;
        default:
            return none;
    }
}

// The kernel's own definitions on x86: smp_mb() is a locked instruction; smp_rmb(), smp_wmb() and
// the barriers beside atomics and locks, which are locked instructions already, only hold back the
// compiler. Under rc11 each becomes a fence of C++: the weakest one that orders what the barrier
// orders.
fence_lowering kernel_fence_of(model_id m, fence_kind f) {
    // Present in the kernel's own model alone.
    if (const graph::barrier b = rcu_of(f); b != none)
        return {m == model_id::lkmm, mode::seq_cst, b};
    if (f == fence_kind::compiler) return {m == model_id::lkmm, mode::seq_cst, compiler};
    // One event without a name: TSO has one kind of fence.
    if (m == model_id::x86_tso) return {f == fence_kind::mb, mode::seq_cst, none};
    if (m == model_id::rc11) {
        if (f == fence_kind::rmb) return {true, mode::acquire, none};
        if (f == fence_kind::wmb) return {true, mode::release, none};
        return {true, mode::seq_cst, none};
    }
    for (const kernel_fence& k : kernel_fences)
        if (k.what == f) {
            const std::string_view model = graph::name(m);
            const graph::barrier b = model == "lkmm"    ? k.in_lkmm
                                     : model == "riscv" ? k.on_riscv
                                     : model == "power" ? k.on_power
                                                        : k.on_arm;
            return {true, mode::seq_cst, b};
        }
    return {};
}

}  // namespace

// All combinations of access and order, one that makes no sense included; nobody asks for it.
compilation::compilation(model_id m, const graph::mapping& how, dialect d) : model_(m) {
    for (std::size_t a = 0; a < access_count; ++a)
        for (std::size_t o = 0; o < order_count; ++o)
            accesses_[a][o] =
                graph::lower(m, how, language_of(d), static_cast<access>(a), static_cast<order>(o));
}

fence_lowering compilation::of_fence(fence_kind f, order how) const {
    // Everything is in order already.
    if (model_ == model_id::sc) return {};
    if (f != fence_kind::c11) return kernel_fence_of(model_, f);
    const graph::lowering& to = of(access::fence, how);
    // A relaxed fence is nothing in C11 (7.17.4.1).
    return {to.present && how != order::relaxed, to.how, to.fence};
}

// Only a load and a store can be ends of a critical section; a fence says by itself what it is.
graph::barrier compilation::mark_of(const instruction& i) {
    const bool access = i.what == opcode::load || i.what == opcode::store;
    return access ? rcu_of(i.fence) : none;
}

// By name and not by number: the parsers of assembly know barriers as their manuals write them, and
// graph::barrier_names spells them so.
fence_lowering lower_barrier(model_id m, std::string_view name) {
    if (m == model_id::sc) return {};
    for (std::size_t b = 1; b < graph::barrier_count; ++b)
        if (graph::barrier_names[b] == name)
            return {true, mode::seq_cst, static_cast<graph::barrier>(b)};
    return {};
}

// By what the compilation has looked up before. Grace periods first, since no model but the
// kernel's has any, and a test that waits for one would hold for the wrong reason.
std::string_view compilation::refusal(const instruction& i) const {
    const graph::barrier rcu = rcu_of(i.fence);
    // Only the two ends of an RCU critical section may be left away without a change of meaning.
    if (model_ != model_id::lkmm && rcu != none && rcu != rcu_read_lock && rcu != rcu_read_unlock)
        return is_grace_period(rcu) ? "only lkmm knows grace periods" : "only lkmm knows SRCU";
    switch (i.what) {
        case opcode::load:
            return of(access::load, i.how).refused;
        case opcode::store:
            return of(access::store, i.how).refused;
        // A barrier of the kernel exists in every model that judges its tests.
        case opcode::fence:
            return i.fence == fence_kind::c11 ? of(access::fence, i.how).refused
                                              : std::string_view();
        case opcode::rmw:
        case opcode::compare_exchange:
        case opcode::rmw_unless:
            return of(access::rmw, i.how).refused;
        default:
            return {};
    }
}

// A test in assembly is a program of its machine: other machines' models do not know its barriers.
bool judges(model_id m, dialect d) {
    if (d == dialect::c11 && m == model_id::lkmm) return false;
    // sc takes every test: what it allows is a lower bound on every machine.
    if (!is_assembly(d) || m == model_id::sc || m == default_model(d)) return true;
    return d == dialect::aarch64 && m == model_id::armv8_rcpc;
}

// By name; `otherwise` is for a model that is not there.
model_id default_model(dialect d) {
    struct of_dialect {
        dialect language;
        std::string_view model;
        model_id otherwise;
    };
    constexpr of_dialect all[] = {
        {dialect::lkmm, "lkmm", model_id::rc11},   {dialect::c11, "rc11", model_id::rc11},
        {dialect::aarch64, "armv8", model_id::sc}, {dialect::riscv, "riscv", model_id::sc},
        {dialect::ppc, "power", model_id::sc},     {dialect::x86_64, "x86-tso", model_id::sc},
        {dialect::x86, "x86-tso", model_id::sc},
    };
    for (const of_dialect& one : all) {
        if (one.language != d) continue;
        for (std::size_t m = 0; m < graph::model_count; ++m)
            if (graph::model_names[m] == one.model) return static_cast<model_id>(m);
        return one.otherwise;
    }
    return model_id::sc;
}

// C11 compilers may break any dependency, so for C11 none is told, whatever the machine below would
// keep.
bool dependencies_count(model_id m, dialect d) {
    return d != dialect::c11 && graph::info(m).dependencies;
}

// An instruction of a machine is one event whichever way it goes; Arm's CAS has a function of its
// own.
bool failure_differs(model_id m, const instruction& i) {
    return !i.native && m != model_id::sc && m != model_id::x86_tso && i.how != i.failing;
}

// Said in words where nothing of `ringsim models` would help: assembly, sc, and the three models
// whose mapping is short.
std::string mapping_text(model_id m, const graph::mapping& how, dialect d) {
    if (is_assembly(d))
        return m == model_id::sc ? "barriers mean nothing under sc"
               : &how == &graph::default_mapping(m)
                   ? "instructions as they are"
                   : "instructions as they are, which no mapping changes";
    if (m == model_id::sc) return "orders and fences mean nothing under sc";
    const bool kernel = d == dialect::lkmm;
    if (m == model_id::x86_tso)
        return kernel ? "load and store mov; RMW and spin_lock locked; smp_mb mfence; smp_rmb, "
                        "smp_wmb, smp_mb__* nothing"
                      : "load mov; store mov, seq_cst store mov;mfence; RMW locked; seq_cst fence "
                        "mfence, other fences nothing";
    if (m == model_id::rc11)
        return kernel
                   ? "ONCE rlx, acquire acq, release rel; RMW without suffix F_sc;rmw;F_sc, "
                     "failing "
                     "rlx; smp_mb and smp_mb__* F_sc; smp_rmb F_acq; smp_wmb F_rel; spin_lock acq, "
                     "spin_unlock rel; dependencies not seen"
                   : "C11's own orders, release sequences of C++20";
    if (m == model_id::lkmm) return "the kernel's own functions; dependencies count";
    std::string text = "mapping " + std::string(how.name);
    text += kernel ? "; dependencies count" : "; dependencies do not count";
    return text + " (`ringsim models` shows it)";
}

}  // namespace ringsim::sim::litmus
