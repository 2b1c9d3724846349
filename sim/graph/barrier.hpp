// Barrier instructions and the kernel's barriers, as fence events of the models of hardware and of
// the kernel. Fences of C++ have no barrier: there the event's mode says all.
//
// One enumeration for all machines: a model knows its own barriers and ignores the others, which
// never reach it because a mapping belongs to a model.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace ringsim::sim::graph {

// The order within RISC-V's and RCU's ranges matters to the functions below.
enum class barrier : std::uint8_t {
    none,  // a fence of C++, or none at all
    mfence,
    // Arm: full; loads before everything; stores before stores; dsb ishst: stores before
    // everything.
    dmb_ish,
    dmb_ishld,
    dmb_ishst,
    dsb_ishst,
    isb,
    // RISC-V: what is ordered before what
    fence_r_r,
    fence_r_w,
    fence_r_rw,
    fence_w_r,
    fence_w_w,
    fence_w_rw,
    fence_rw_r,
    fence_rw_w,
    fence_rw_rw,
    // Everything but a store before a load.
    fence_tso,
    // Power: full; everything but a store before a load; stores before stores; behind a branch:
    // what the branch looked at before what comes later.
    sync,
    lwsync,
    eieio,
    isync,
    ctrl_isync,  // isync behind a branch on the access right before it
    // the kernel
    smp_mb,
    smp_rmb,
    smp_wmb,
    smp_mb_before_atomic,
    smp_mb_after_atomic,
    smp_mb_after_spinlock,
    smp_mb_after_unlock_lock,
    smp_mb_after_srcu_read_unlock,
    compiler,  // barrier(): orders nothing, but the model looks for it between accesses
    // RCU. Those of SRCU name a location, the srcu_struct: its read-side critical sections begin
    // with a read and end with a write of it, which are marked with these.
    rcu_read_lock,
    rcu_read_unlock,
    synchronize_rcu,
    srcu_read_lock,
    srcu_read_unlock,
    synchronize_srcu,
    count_,
};
inline constexpr std::size_t barrier_count = static_cast<std::size_t>(barrier::count_);

// As they are written in mappings, pictures and litmus tests: find_barrier() and lower_barrier()
// look for them. In the order of `barrier`: a barrier without a name would have that of the next.
inline constexpr std::string_view barrier_names[] = {
    "fence",
    "mfence",
    "dmb ish",
    "dmb ishld",
    "dmb ishst",
    "dsb ishst",
    "isb",
    "fence r,r",
    "fence r,w",
    "fence r,rw",
    "fence w,r",
    "fence w,w",
    "fence w,rw",
    "fence rw,r",
    "fence rw,w",
    "fence rw,rw",
    "fence.tso",
    "sync",
    "lwsync",
    "eieio",
    "isync",
    "cmp,bc,isync",
    "smp_mb()",
    "smp_rmb()",
    "smp_wmb()",
    "smp_mb__before_atomic()",
    "smp_mb__after_atomic()",
    "smp_mb__after_spinlock()",
    "smp_mb__after_unlock_lock()",
    "smp_mb__after_srcu_read_unlock()",
    "barrier()",
    "rcu_read_lock()",
    "rcu_read_unlock()",
    "synchronize_rcu()",
    "srcu_read_lock()",
    "srcu_read_unlock()",
    "synchronize_srcu()",
};
static_assert(std::size(barrier_names) == barrier_count);

// For messages, and the inverse of find_barrier().
constexpr std::string_view name(barrier b) {
    return barrier_names[static_cast<std::size_t>(b)];
}

constexpr bool is_rcu(barrier b) {
    return b >= barrier::rcu_read_lock && b <= barrier::synchronize_srcu;
}
// Waits for read-side critical sections, and so is one of the two that RCU's axiom counts.
constexpr bool is_grace_period(barrier b) {
    return b == barrier::synchronize_rcu || b == barrier::synchronize_srcu;
}

// The RISC-V fence with these predecessors and successors; at least one of each. The nine of them
// stand in the order of (from, to), each of reads, writes, both.
constexpr barrier riscv_fence(bool from_reads, bool from_writes, bool to_reads, bool to_writes) {
    const unsigned from = from_reads && from_writes ? 2 : from_writes ? 1 : 0;
    const unsigned to = to_reads && to_writes ? 2 : to_writes ? 1 : 0;
    return static_cast<barrier>(static_cast<unsigned>(barrier::fence_r_r) + 3 * from + to);
}
constexpr bool is_riscv_fence(barrier b) {
    return b >= barrier::fence_r_r && b <= barrier::fence_rw_rw;
}
// 0 reads, 1 writes, 2 both.
constexpr unsigned riscv_from(barrier b) {
    return (static_cast<unsigned>(b) - static_cast<unsigned>(barrier::fence_r_r)) / 3;
}
constexpr unsigned riscv_to(barrier b) {
    return (static_cast<unsigned>(b) - static_cast<unsigned>(barrier::fence_r_r)) % 3;
}

}  // namespace ringsim::sim::graph
