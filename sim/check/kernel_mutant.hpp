// Faults of what stands in for the kernel, to see that the tests notice each. Only one program of
// the tests has them: it is compiled with -DRINGSIM_STAND_IN_MUTANTS, and the environment variable
// RINGSIM_STAND_IN_MUTANT names the fault.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace ringsim::sim::check {

enum class stand_in_mutant : std::uint8_t {
    none,
    no_alias,               // pages that are mapped twice are two pages
    edge_as_store,          // a wakeup overwrites the one before
    edge_without_order,     // a wakeup publishes nothing
    take_without_order,     // who is woken has seen nothing
    lock_without_order,     // spin_lock() is no acquire
    trylock_without_order,  // nor spin_trylock()
    unlock_without_order,   // spin_unlock() is no release
    no_lock,                // everybody gets it
    xchg_without_barriers,  // xchg() is xchg_relaxed()
    failed_cmpxchg_orders,  // as much as one that succeeds
    acquire_as_relaxed,     // smp_load_acquire() is READ_ONCE()
    release_as_relaxed,     // smp_store_release() is WRITE_ONCE()
    acquire_of_c,           // smp_load_acquire() is C's, which a machine may make weaker
    mb_as_acq_rel,          // smp_mb() lets a store pass a later load
    no_rmb,
    no_wmb,
    no_dereference,  // rcu_dereference() is READ_ONCE()
    no_branch,       // smp_acquire__after_ctrl_dep() is smp_rmb()
    races_unmeant,   // data_race() means nothing
    narrow_value,    // only four bytes of a value are written
    count_,
};

constexpr std::string_view names_of_stand_in_mutants[] = {
    "none",
    "no_alias",
    "edge_as_store",
    "edge_without_order",
    "take_without_order",
    "lock_without_order",
    "trylock_without_order",
    "unlock_without_order",
    "no_lock",
    "xchg_without_barriers",
    "failed_cmpxchg_orders",
    "acquire_as_relaxed",
    "release_as_relaxed",
    "acquire_of_c",
    "mb_as_acq_rel",
    "no_rmb",
    "no_wmb",
    "no_dereference",
    "no_branch",
    "races_unmeant",
    "narrow_value",
};
static_assert(std::size(names_of_stand_in_mutants) ==
                  static_cast<std::size_t>(stand_in_mutant::count_),
              "each fault has a name, at its place");

#ifdef RINGSIM_STAND_IN_MUTANTS
inline stand_in_mutant wanted_mutant() {
    const char* wanted = std::getenv("RINGSIM_STAND_IN_MUTANT");
    if (!wanted) return stand_in_mutant::none;
    for (std::size_t i = 0; i < static_cast<std::size_t>(stand_in_mutant::count_); ++i)
        if (names_of_stand_in_mutants[i] == wanted) return static_cast<stand_in_mutant>(i);
    throw std::invalid_argument("RINGSIM_STAND_IN_MUTANT: there is no such fault");
}
// Whether this fault is in force. In all programs but the one of the tests it is known to be none
// when they are compiled, so a question that is asked at each access costs nothing there.
inline bool mutated(stand_in_mutant m) {
    static const stand_in_mutant active = wanted_mutant();
    return m == active;
}
#else
constexpr bool mutated(stand_in_mutant) {
    return false;
}
#endif

}  // namespace ringsim::sim::check
