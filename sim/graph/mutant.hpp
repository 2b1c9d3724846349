// Faults that test builds put into the engine, one at a time, to see that the tests notice: those
// with RINGSIM_ENGINE_ANY_MUTANT, which choose one when they run. There is none in any other build.
//
// Where a fault belongs, the code asks mutated(mutant::NAME); the answer is a constant, so that a
// build without faults has no trace of the question. The comment beside each name says what is
// wrong then; where there is none, the name says which clause of the model is left out.
//
// A fault that no test notices is a hole in the tests: to find such holes is what these are for.
#pragma once

#include <cstdint>

namespace ringsim::sim::graph {

enum class mutant : std::uint8_t {
    none,
    no_psc,                   // rc11: without the axiom SC
    no_release_sequence,      // rc11: rs ends at the first write
    no_race_of_later_write,   // rc11: a race of a read with a write added later
    no_mfence,                // x86-tso: MFENCE does not drain the store buffer
    rmw_as_plain_pair,        // without the axiom ATOMICITY
    pairs_never_asked,        // pairs with events between their halves need not be atomic
    pairs_always_asked,       // Arm: also those with an own write between
    forgotten_revisit,        // a write revisits one read at most
    no_maximality,            // a write revisits whatever is after it
    no_floor_of_revisited,    // a read may be revisited from below what its thread knows
    left_behind_at_once,      // who waits for a lock gets it next, whatever is told before
    symmetry_without_prefix,  // an event of a twin is not behind the one of the twin before
    symmetry_against_prefix,  // twins are not told apart where their orders clash
    node_of_other_value,      // a thread goes on as it did with another value
    node_without_state,       // what threads left behind is not brought back for judging
    barriers_lost,            // beside accesses: they order nothing
    barriers_kept,            // beside one access are beside all later ones of its thread
    row_of_other_source,      // of a read the model keeps what it kept of it with another source
    hang_on_stale_read,       // a thread waits for ever although the write it waits for is there
    looks_in_vain_unseen,     // an await that looks and does not go on races with nobody
    // Races by the orders of the source.
    source_acquires_nothing,     // at once, of what is read
    source_no_fence,             // a fence hands nothing on and takes nothing over
    source_no_release_sequence,  // a read-modify-write ends it
    // Load buffering.
    ahead_never,              // no read is promised anything
    ahead_without_model,      // whatever a cycle is made of
    ahead_without_coherence,  // reads and writes in any order of co
    ahead_again,              // an execution counts as often as there are promises for it
    ahead_unmoved,            // what is behind a compare-exchange that fails now has its old place
    ahead_of_promises,        // what a promise needs is not before a write that needs the promise
    // Models of hardware, each without one of its clauses.
    armv8_no_dmb_full,
    armv8_no_dmb_ld,
    armv8_no_dmb_st,
    armv8_no_amo,
    armv8_no_release_acquire,
    armv8_no_acquire,
    armv8_no_release,
    armv8_no_rmw_rfi,
    armv8_no_addr,
    armv8_no_data,
    armv8_no_ctrl,
    armv8_no_addr_po,
    armv8_no_dependency_rfi,
    armv8_no_isb,
    armv8_no_addr_isb,  // the half of ISB's rule that begins with an address
    armv8_no_dsb_st,
    armv8_no_pick,
    armv8_no_pick_lob,
    armv8_no_pick_ctrl,       // an address, or a branch, by what was picked
    armv8_no_computed,        // what an atomic computes has nothing of what it read
    armv8_no_sca,             // an access of two locations is two accesses
    armv8_ld_without_return,  // DMB LD orders atomics that return nothing
    // The rules of ppo, by their numbers in the manual.
    riscv_no_r3,
    riscv_no_r4,
    riscv_no_r5,
    riscv_no_r6,
    riscv_no_r7,
    riscv_no_r9,
    riscv_no_r10,
    riscv_no_r11,
    riscv_no_r12,
    riscv_no_r13,
    riscv_no_fence_tso,
    riscv_halves_apart,  // dependencies of an AMO are those of its read
    riscv_fence_halves,  // so are fences
    // Fences, parts of ppo, and axioms, by the names of "Herding cats".
    power_no_sync,
    power_no_lwsync,
    power_no_eieio,
    power_no_dependencies,
    power_no_ctrl_isync,
    power_no_detour,
    power_no_rdw,
    power_no_strong_prop,
    power_no_observation,
    power_no_propagation,
    power_no_exclusives,
    power_no_thin_air,
    power_no_ctrl,
    power_no_addr_po,
    power_no_po_loc,
    power_no_rfi,
    power_no_computed,
    // By the names of the kernel's tools/memory-model/linux-kernel.cat: fences, parts of ppo, what
    // propagates, axioms, races of plain accesses, and RCU.
    lkmm_no_mb,
    lkmm_no_full_rmw,
    lkmm_no_before_atomic,
    lkmm_no_after_atomic,
    lkmm_no_after_spinlock,
    lkmm_no_after_unlock_lock,
    lkmm_no_after_srcu_read_unlock,
    lkmm_no_gp,
    lkmm_no_po_rel,
    lkmm_no_acq_po,
    lkmm_no_rmb,
    lkmm_no_wmb,
    lkmm_no_lock,
    lkmm_no_addr,
    lkmm_no_data,
    lkmm_no_ctrl,
    lkmm_no_dep_rfi,
    lkmm_no_carried,
    lkmm_no_computed,
    lkmm_no_addr_wmb,
    lkmm_no_overwrite_int,
    lkmm_no_a_cumul,
    lkmm_no_rmw_sequence,
    lkmm_no_prop_overwrite,
    lkmm_no_prop_rfe,
    lkmm_no_prop_int,
    lkmm_no_hb,
    lkmm_rmb_without_return,  // smp_rmb() orders atomics that return nothing
    lkmm_no_w_pre,
    lkmm_no_r_pre,
    lkmm_no_w_post,
    lkmm_no_r_post,
    lkmm_no_vis,
    lkmm_no_ww_race,
    lkmm_no_wr_race,
    lkmm_no_rw_race,
    lkmm_no_pb,
    lkmm_no_wr_coherence,
    lkmm_no_rw_coherence,
    lkmm_no_ww_coherence,
    lkmm_no_rcu_gp_rscs,
    lkmm_no_rcu_rscs_gp,
    lkmm_no_rcu_nested,
    lkmm_no_rcu_sequence,
    lkmm_no_rcu_loc,
    lkmm_no_rcu_prop,
    lkmm_no_rcu_fence,
    lkmm_no_rb,
    lkmm_no_rcu,
    lkmm_no_thin_air,
    lkmm_guesses,  // load buffering: a read is promised what comes of a promise that is lost by it
    lkmm_one_way,  // load buffering as if no thread went another way with another value
    count_,
};

#ifdef RINGSIM_ENGINE_ANY_MUTANT  // a test that tries one after the other
inline mutant active_mutant = mutant::none;
inline bool mutated(mutant m) {
    return m == active_mutant;
}
#else
consteval bool mutated(mutant) {
    return false;
}
#endif

}  // namespace ringsim::sim::graph
