// A result as text: herd7's block, and one line.
#pragma once

#include <set>
#include <string>

#include "sim/litmus/run.hpp"

namespace ringsim::sim::litmus {

// Test, States, Ok or No, Witnesses, Flag, Condition, Observation, as herd7 7.58 prints them;
// without herd7's Time and Hash, which differ from run to run and from tool to tool. It ends with a
// line end, but not with the empty line that herd7 puts behind a block. By states there are no
// executions to count: without Witnesses, and the counts of Observation.
std::string block(const test& t, const result& r);

// "Ok", "No" or "Undef", with "Loop " before it if executions were cut off.
std::string verdict(const test& t, const result& r);

// "SB   Ok   Sometimes 1 3", and behind it the flags, and `incomplete` if not all was visited.
std::string summary_line(const test& t, const result& r);

// The lines `Flag`, by name: what is wrong with the test as herd7 and the kernel's model call it.
std::set<std::string> flags_of(const test& t, const result& r);

// "0:r0=1; [x]=2;", of the values of the shown observables, in their order. An array is one entry,
// "a={1,2};", though each of its elements is an observable.
std::string state_text(const test& t, const std::vector<std::int64_t>& values);

}  // namespace ringsim::sim::litmus
