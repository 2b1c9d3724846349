// A model of hardware or of the kernel without one of its clauses, against the oracle: each clause
// in turn. Passes if the comparison finds an execution that the whole model forbids, or, of clauses
// that only tell races, a wrong verdict about one. Built once for each model.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <cstdio>
#include <span>

#include "sim/graph/models/armv8.hpp"
#include "sim/graph/models/lkmm.hpp"
#include "sim/graph/models/power.hpp"
#include "sim/graph/models/riscv.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;

// Defined by the build: the model, its first clause and its last.
constexpr graph::model_id model = graph::model_id::RINGSIM_MODEL;
using model_type = graph::RINGSIM_MODEL_TYPE;
constexpr auto first = static_cast<unsigned>(graph::mutant::RINGSIM_FIRST);
constexpr auto last = static_cast<unsigned>(graph::mutant::RINGSIM_LAST);

constexpr std::uint64_t seeds = 4000;

// Programs that need the clauses, each at least one of them.
constexpr const char* armv8_programs[] = {
    "x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldar]; r1=x [ldr]",
    "x=1 [str]; y=1 [stlr] | r0=y [ldr]; fence [dmb ishld]; r1=x [ldr]",
    "x=1 [str]; fence [dmb ishst]; y=1 [str] | r0=y [ldapr]; r1=x [ldr]",
    "r0=xchg(x,1) [swpal]; r1=y [ldr] | y=1 [str]; fence [dmb ish]; r0=x [ldr]",
    "x=1 [stlr]; r0=y [ldar] | y=1 [stlr]; r0=x [ldar]",
    "x=1 [str]; fence [dmb ish]; y=1 [str] | r0=xchg(y,2) [swp]; r1=y [ldapr]; r2=x [ldr]",
    "{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; r1=x@r0 [ldr]",
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; x=r0 [str]",
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; if r0==1: x=1 [str]",
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; r1=z@r0 [ldr]; x=1 [str]",
    // In parentheses, for it is one text: without, it would look like a comma that was forgotten.
    ("{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; z=r0 [str]; r1=z [ldr]; "
     "r2=x@r1 [ldr]"),
    "{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; if r0==1: fence [isb]; r1=x [ldr]",
    "{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=add(y,1) [swp]; r1=y [ldr]; r2=x@r1 [ldr]",
    ("{deps} x=1 [str]; fence [dmb ish]; y=1 [str] | r0=y [ldr]; r1=z@r0 [ldr]; fence [isb]; "
     "r2=x [ldr]"),
    "x=1 [str]; fence [dsb ishst]; r0=y [ldr] | y=1 [str]; fence [dmb ish]; r0=x [ldr]",
    // what a compare-exchange decided: by its value, beyond it, and as an address or a branch
    "{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=cas(y,1,3) [swp]; r1=y [ldr]; x=r1 [str]",
    ("{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=cas(y,1,3) [swp]; r1=y [ldr]; z=r1 [str]; "
     "r2=z [ldar]; x=1 [str]"),
    ("{deps} x=2 [str]; fence [dmb ish]; y=1 [str] | r0=cas(y,1,3) [swp]; r1=y [ldr]; if r1==3: "
     "x=1 [str]"),
    "x=1 [str]; y&=1 [str] | r0=x [ldr]; r1=y& [ldr]",
    "x=1 [str]; fence [dmb ish]; y=1 [str] | _=add(y,1) [swp]; fence [dmb ishld]; r0=x [ldr]",
};
constexpr const char* riscv_programs[] = {
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | y=2 [s] | r0=y [l]; r1=y [l]; r2=x@r1 [l]",
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=xchg(y,2) [amo]; r1=y [l]; r2=x@r1 [l]",
    "x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l.aq]; r1=x [l]",
    "x=1 [s]; y=1 [s.rl] | r0=y [l]; fence [fence r,r]; r1=x [l]",
    "r0=xchg(x,1) [amo.rl]; r1=add(y,0) [amo.aq] | r0=xchg(y,1) [amo.rl]; r1=add(x,0) [amo.aq]",
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; r1=x@r0 [l]",
    "{deps} x=2 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; x=r0 [s]",
    "{deps} x=2 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; if r0==1: x=1 [s]",
    "{deps} x=2 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; r1=z@r0 [l]; x=1 [s]",
    "{deps} x=1 [s]; fence [fence rw,rw]; y=1 [s] | r0=y [l]; z=r0 [s]; r1=z [l]; r2=x@r1 [l]",
    "x=1 [s]; fence [fence.tso]; y=1 [s] | r0=y [l]; fence [fence.tso]; r1=x [l]",
    // an AMO is one event
    "{deps} r0=xchg(y,1) [amo]; r1=x@r0 [l] | x=1 [s]; fence [fence rw,rw]; r0=y [l]",
    "r0=xchg(y,1) [amo]; fence [fence r,r]; r1=x [l] | x=1 [s]; fence [fence rw,rw]; r0=y [l]",
};

constexpr const char* power_programs[] = {
    "x=1 [st]; fence [sync]; r0=y [ld] | y=1 [st]; fence [sync]; r0=x [ld]",
    "x=1 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; fence [lwsync]; r1=x [ld]",
    "x=1 [st]; fence [eieio]; y=1 [st] | r0=y [ld]; fence [lwsync]; r1=x [ld]",
    "{deps} x=1 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; r1=x@r0 [ld]",
    "x=1 [st]; fence [lwsync]; y=1 [st] | r0=y [ld + cmp,bc,isync]; r1=x [ld]",
    // detour: the second access reads what another thread put behind the own store
    "{deps} x=1 [st]; fence [sync]; y=1 [st] | r0=y [ld]; z=r0 [st]; r1=z [ld]; r2=x@r1 [ld] | "
    "z=2 [st]",
    "x=1 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; y=2 [st]; r1=y [ld]; r2=x [ld] | y=3 [st]",
    // rdw: two loads that read different stores of others
    "{deps} x=1 [st]; fence [lwsync]; y=1 [st] | y=2 [st] | r0=y [ld]; r1=y [ld]; r2=x@r1 [ld]",
    "x=1 [st]; fence [sync]; y=2 [st] | y=1 [st]; fence [sync]; x=2 [st]",
    "r0=x [ld]; fence [lwsync]; y=1 [st] | r0=y [ld]; fence [lwsync]; x=1 [st]",
    "{deps} x=2 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; if r0==1: x=1 [st]",
    "{deps} x=2 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; r1=z@r0 [ld]; x=1 [st]",
    "{deps} x=2 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; y=3 [st]; r1=y [ld]; x=r1 [st]",
    "{deps} x=1 [st]; fence [lwsync]; y=1 [st] | r0=y [ld]; z=r0 [st]; r1=z [ld]; r2=x@r1 [ld]",
    ("{deps} x=1 [st]; fence [lwsync]; y=1 [st] | r0=add(y,1) [larx,stcx.]; r1=y [ld]; r2=x@r1 "
     "[ld]"),
    "r0=xchg(x,1) [larx,stcx.]; r1=xchg(y,2) [larx,stcx.] | r0=xchg(y,1) [larx,stcx.]; "
    "r1=xchg(x,2) [larx,stcx.]",
};
constexpr const char* lkmm_programs[] = {
    // each barrier
    "x=1 [WRITE_ONCE()]; fence [smp_mb()]; r0=y [READ_ONCE()] | y=1 [WRITE_ONCE()]; fence "
    "[smp_mb()]; r0=x [READ_ONCE()]",
    "r0=xchg(x,1) [xchg()]; r1=y [READ_ONCE()] | r0=xchg(y,1) [xchg()]; r1=x [READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; fence [smp_mb__before_atomic()]; r0=add(y,1) [xchg_relaxed()] | y=5 "
    "[WRITE_ONCE()]; fence [smp_mb()]; r0=x [READ_ONCE()]",
    "r0=add(x,1) [xchg_relaxed()]; fence [smp_mb__after_atomic()]; r1=y [READ_ONCE()] | y=1 "
    "[WRITE_ONCE()]; fence [smp_mb()]; r0=x [READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; lock(l); fence [smp_mb__after_spinlock()]; r0=y [READ_ONCE()]; unlock(l) "
    "| y=1 [WRITE_ONCE()]; fence [smp_mb()]; r0=x [READ_ONCE()]",
    "lock(l); x=1 [WRITE_ONCE()]; unlock(l); lock(l); fence [smp_mb__after_unlock_lock()]; r0=y "
    "[READ_ONCE()]; unlock(l) | y=1 [WRITE_ONCE()]; fence [smp_mb()]; r0=x [READ_ONCE()]",
    // message passing
    "x=1 [WRITE_ONCE()]; y=1 [smp_store_release()] | r0=y [READ_ONCE()]; fence [smp_mb()]; r1=x "
    "[READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [smp_load_acquire()]; r1=x "
    "[READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; fence "
    "[smp_rmb()]; r1=x [READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; fence [smp_wmb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; fence "
    "[smp_mb()]; r1=x [READ_ONCE()]",
    "lock(l); x=1 [WRITE_ONCE()]; unlock(l); lock(l); y=1 [WRITE_ONCE()]; unlock(l) | r0=y "
    "[smp_load_acquire()]; r1=x [READ_ONCE()]",
    // dependencies
    "{deps} x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; r1=x@r0 "
    "[READ_ONCE()]",
    "{deps} x=2 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; x=r0 "
    "[WRITE_ONCE()]",
    "{deps} x=2 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; if "
    "r0==1: x=1 [WRITE_ONCE()]",
    "{deps} x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; z=r0 "
    "[WRITE_ONCE()]; r1=z [smp_load_acquire()]; r2=x [READ_ONCE()]",
    "{deps} x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; z=r0 [C "
    "store]; r1=z [C load]; r2=x@r1 [READ_ONCE()]",
    "{deps} x=2 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=add(y,1) "
    "[xchg_relaxed()]; r1=y [READ_ONCE()]; x=r1 [WRITE_ONCE()]",
    "{deps} x=2 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | r0=y [READ_ONCE()]; z@r0=1 "
    "[C store]; fence [smp_wmb()]; x=1 [WRITE_ONCE()]",
    // what propagates
    "x=1 [WRITE_ONCE()] | r0=x [READ_ONCE()]; y=1 [smp_store_release()] | r0=y [READ_ONCE()]; "
    "fence [smp_rmb()]; r1=x [READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; y=1 [smp_store_release()] | r0=add(y,1) [xchg_relaxed()] | r0=y "
    "[READ_ONCE()]; fence [smp_rmb()]; r1=x [READ_ONCE()]",
    "x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | y=2 [WRITE_ONCE()]; fence "
    "[smp_mb()]; r0=x [READ_ONCE()]",
    // plain accesses that are ordered, so that none races
    "x=1 [C store]; y=1 [smp_store_release()] | r0=y [smp_load_acquire()]; if r0==1: r1=x [C load]",
    "x=1 [C store]; y=1 [smp_store_release()] | r0=y [smp_load_acquire()]; if r0==1: x=2 [C store]",
    "r0=x [C load]; y=1 [smp_store_release()] | r0=y [smp_load_acquire()]; if r0==1: x=2 [C store]",
    "x=1 [WRITE_ONCE()]; fence [smp_mb()]; y=1 [WRITE_ONCE()] | _=add(y,1) [xchg_relaxed()]; fence "
    "[smp_rmb()]; r0=x [READ_ONCE()]",
    // RCU: a grace period as a barrier before it is anything else, and what it waits for
    "r0=x [C load]; fence [synchronize_rcu()]; y=1 [WRITE_ONCE()] | r0=y [smp_load_acquire()]; if "
    "r0==1: x=2 [C store]",
    "{deps} x=1 [WRITE_ONCE()]; r0=w [srcu_read_lock()]; w=r0 [srcu_read_unlock()]; fence "
    "[smp_mb__after_srcu_read_unlock()]; r1=y [READ_ONCE()] | y=1 [WRITE_ONCE()]; fence "
    "[smp_mb()]; r0=x [READ_ONCE()]",
    "fence [rcu_read_lock()]; r0=x [READ_ONCE()]; r1=y [READ_ONCE()]; fence [rcu_read_unlock()] | "
    "y=1 [WRITE_ONCE()]; fence [synchronize_rcu()]; x=1 [WRITE_ONCE()]",
    // two grace periods and two critical sections, one pair inside the other
    "x=1 [C store]; fence [synchronize_rcu()]; fence [synchronize_rcu()]; y=1 [WRITE_ONCE()] | "
    "fence [rcu_read_lock()]; w=1 [WRITE_ONCE()]; await(y,1) rlx; fence [rcu_read_unlock()] | "
    "fence [rcu_read_lock()]; r0=x [C load]; await(w,1) rlx; fence [rcu_read_unlock()]",
    // and one pair after the other
    "fence [rcu_read_lock()]; r0=z [READ_ONCE()]; if r0==0: r1=x [C load]; fence "
    "[rcu_read_unlock()] | z=1 [WRITE_ONCE()]; fence [synchronize_rcu()]; fence "
    "[synchronize_rcu()]; y=1 [WRITE_ONCE()] | fence [rcu_read_lock()]; x=2 [C store]; "
    "await(y,1) rlx; fence [rcu_read_unlock()]",
    // plain accesses that only RCU keeps from racing: what a critical section waits for, and what
    // waits for it
    "x=1 [C store]; fence [synchronize_rcu()]; y=1 [WRITE_ONCE()] | fence [rcu_read_lock()]; r0=x "
    "[C load]; await(y,1) rlx; fence [rcu_read_unlock()]",
    "fence [rcu_read_lock()]; r0=z [READ_ONCE()]; if r0==0: r1=x [C load]; fence "
    "[rcu_read_unlock()] | z=1 [WRITE_ONCE()]; fence [synchronize_rcu()]; x=1 [C store]",
    "fence [rcu_read_lock()]; r0=z [READ_ONCE()]; if r0==0: r1=x [C load]; w=1 "
    "[smp_store_release()]; fence [rcu_read_unlock()] | z=1 [WRITE_ONCE()]; fence "
    "[synchronize_rcu()]; y=1 [WRITE_ONCE()] | await(y,1) acq; x=1 [C store]",
    // the grace period of another srcu_struct
    "{deps} r0=w [srcu_read_lock()]; r1=x [READ_ONCE()]; r2=y [READ_ONCE()]; w=r0 "
    "[srcu_read_unlock()] | y=1 [WRITE_ONCE()]; fence(z) [synchronize_srcu()]; x=1 [WRITE_ONCE()]",
    // values that go on growing where a guess may come of a guess
    "{deps} r0=cas(x,1,1) [xchg_acquire()]; r1=add(x,1) [xchg_acquire()] | r0=add(x,1) "
    "[xchg_release()]; r1=xchg(x,1) [xchg()]",
    // two values that would each be its own reason: z is 1 only if one is, and the failure behind
    // it is told of a program with races too
    "{deps} r0=x [C load]; y@r0=1 [C store]; if r0==1: r1=z [READ_ONCE()]; if r1==1: fail | r0=y "
    "[C load]; x@r0=1 [C store]; if r0==1: z=1 [WRITE_ONCE()]",
};

std::span<const char* const> programs() {
    switch (model) {
        case graph::model_id::armv8:
            return armv8_programs;
        case graph::model_id::power:
            return power_programs;
        case graph::model_id::lkmm:
            return lkmm_programs;
        default:
            return riscv_programs;
    }
}

constexpr auto explore = tests::explore_under<model_type>;

// Clauses without which fewer executions are found: they take an order away, or keep a race from
// being seen, behind which nothing is looked for, or let a read read ahead.
bool forbids_more(graph::mutant without) {
    switch (without) {
        case graph::mutant::armv8_ld_without_return:
        case graph::mutant::lkmm_rmb_without_return:
        case graph::mutant::lkmm_no_rcu_loc:
        case graph::mutant::lkmm_no_w_post:
        case graph::mutant::lkmm_no_vis:
        case graph::mutant::lkmm_one_way:
            return true;
        default:
            return false;
    }
}

// Without it the search does not end: it is given up after a while, and that is noticed.
bool has_no_end(graph::mutant without) {
    return without == graph::mutant::lkmm_guesses;
}

graph::exploration_report explore_for_a_while(graph::model_id m, graph::program& p,
                                              const std::vector<graph::location_info>& locations,
                                              const graph::exploration_limits& limits,
                                              graph::observer& watcher) {
    graph::exploration_limits shorter = limits;
    shorter.seconds_max = 2;
    return explore(m, p, locations, shorter, watcher);
}

bool compares(const tests::test_program& p, unsigned clause, bool& extra) {
    const auto without = static_cast<graph::mutant>(clause);
    const tests::comparison c =
        tests::compare(p, model, has_no_end(without) ? explore_for_a_while : explore);
    if (c.found == mismatch::too_large || c.found == mismatch::none) return true;
    extra = c.found == mismatch::extra || c.found == mismatch::wrong_verdict;
    if (forbids_more(without)) extra = c.found == mismatch::missing;
    if (has_no_end(without)) extra = c.found == mismatch::not_exhausted;
    std::printf("%s clause %u: %s\n", extra ? "ok" : "not ok, another mismatch,",
                clause - first + 1, tests::to_text(p).c_str());
    return false;
}

// Whether a comparison notices that the clause is missing.
bool noticed(unsigned clause) {
    bool extra = false;
    for (const char* text : programs())
        if (!compares(tests::parse_program(text), clause, extra)) return extra;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        if (!compares(tests::generate(seed, model), clause, extra)) return extra;
    std::printf("not ok: clause %u is not missed by %lu programs\n", clause - first + 1,
                static_cast<unsigned long>(seeds));
    return false;
}

int run() {
    bool all = true;
    for (unsigned clause = first; clause <= last; ++clause) {
        graph::active_mutant = static_cast<graph::mutant>(clause);
        all = noticed(clause) && all;
    }
    return all ? 0 : 1;
}

}  // namespace

int main() {
    return ringsim::tests::run_told(run);
}
