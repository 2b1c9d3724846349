// Faults that test builds put into the machines, one at a time, to see that the tests notice. There
// is none in any other build: the question is answered by the compiler then, and the code of the
// fault is not there.
//
// A fault stands where its rule is. So the list is also one of the rules that the machines keep,
// each told by what goes wrong without it.
#pragma once

#include <cstdint>

namespace ringsim::sim::states {

enum class mutant : std::uint8_t {
    none,
    no_drain,                // x86-tso: a locked instruction does not wait for the buffer
    flushed_early,           // x86-tso: a store is in memory at once, as under sc
    newest_store_first,      // x86-tso: the buffer is no queue
    no_forwarding,           // x86-tso: a thread does not see its own stores in the buffer
    acquire_joins_nothing,   // rc11: a read that acquires leaves the view as it is
    fence_joins_nothing,     // rc11: so does a fence that acquires
    no_release_sequence,     // rc11: a read-modify-write does not pass on what it read
    write_at_the_end_only,   // rc11: a write is never placed before another one
    write_inside_rmw,        // rc11: a write is placed between the halves of a read-modify-write
    message_dropped_early,   // rc11: a message goes although one thread may still read it
    no_sc_order,             // rc11: seq_cst fences have no order
    sc_order_forgets_reads,  // rc11: ... but for what was written before
    fence_dropped_early,     // rc11: a seq_cst fence goes although something may come before it
    races_unseen_by_others,  // rc11: what one thread knows of plain data, all know
    looks_in_vain_unseen,    // rc11: an await that looks and does not go on races with nobody
    views_not_renumbered,    // rc11: views are not told of a message placed before theirs
    stale_spin,              // a loop that read something old counts as stuck for ever
    stop_passed_by,          // a thread that accesses what is its own alone never stops for good
    axioms_not_asked,        // rc11: what a weaker machine finds is taken for what there is
    race_not_remembered,     // a program goes on after a data race, and the state has none
    views_not_rotated,       // rc11: a ring is turned round, and views are not
    memory_not_rearranged,   // identical threads change places, and what memory has of them not
    judged_under_one_name,   // an end is judged with identical threads in one order alone
    ends_ahead_unjudged,     // several cores: an end that was seen ahead is not judged
    wrong_ahead_unseen,      // ... and what is wrong on the way to a state is dropped
    count_,
};

// Set by the tests, before an exploration; nobody runs meanwhile, so it need not be atomic.
#ifdef RINGSIM_STATES_MUTANTS
inline mutant active_mutant = mutant::none;
inline bool mutated(mutant m) {
    return m == active_mutant;
}
#else
consteval bool mutated(mutant) {
    return false;
}
#endif

}  // namespace ringsim::sim::states
