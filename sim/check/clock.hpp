// The clocks of a program under check: every one begins at the same time in each execution, and
// moves on only when its thread waits.
#pragma once

#include <time.h>

#include <cstdint>

namespace ringsim::sim::check {

// What a program gives to a function that waits: read from its memory.
timespec given(const timespec* time);
// The time of the calling thread at which `clock` shows `when`; 0 if that has been.
std::uint64_t time_of(clockid_t clock, const timespec& when);

}  // namespace ringsim::sim::check
