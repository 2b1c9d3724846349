// Faults of what visits executions once for many (meeting.cpp), to see that the tests notice each.
// Only the program that has faults of the stand-in for the kernel has these, too: it is compiled
// with -DRINGSIM_STAND_IN_MUTANTS, and the environment variable RINGSIM_REDUCTION_MUTANT names the
// fault.
#pragma once

#include <cstdlib>
#include <string_view>

namespace ringsim::sim::check {

#ifdef RINGSIM_STAND_IN_MUTANTS
// Of barriers:
// - no_waiting   the leader of a barrier does not wait for the first of the others
// - no_release   an arrival at a barrier publishes nothing, nor does a departure
// - no_choice    the leader is always the one that is told to have been the last
// Of rounds that fail (retrying.cpp):
// - no_registers, no_stack   what is left there is not compared
// - any_round                nothing is compared
// - any_location             also reads of what is plainly written are left out
// - any_order                a read that orders less stands for one that is left out
// Of a search that processes share (found_out.hpp):
// - no_news  who helps goes on with what it found out, and does not tell
inline bool reduction_mutated(std::string_view fault) {
    static const char* const wanted = std::getenv("RINGSIM_REDUCTION_MUTANT");
    return wanted && fault == wanted;
}
#else
constexpr bool reduction_mutated(std::string_view) {
    return false;
}
#endif

}  // namespace ringsim::sim::check
