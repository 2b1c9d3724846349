// Changes of one thing that might repair a violation, each tried with the search that found it.
#pragma once

#include <string>
#include <vector>

#include "scenarios/study/finding.hpp"
#include "scenarios/study/story.hpp"

namespace ringsim::scenarios::study {

struct tried_fix {
    std::string change;  // "recheck_fence=seq_cst", "trigger=level"
    worlds::variant code;
    site where = site::count_;  // whose order is another one, if it is an order
    worlds::exploration result{};
    std::string left_out{};  // why it was not explored, as one clause; empty if it was
    std::string upstream{};  // if this is what the authors did, or what the museum has: as a clause
};

// Of changes of one thing; what the museum knows comes on top.
inline constexpr std::size_t fixes_max = 6;

// The variants to try: for each program-order edge of the cycle that too little orders, the
// strongest orders of its accesses and each fence that the code can have behind the first of them;
// for a race, the accesses that should have ordered it; the other trigger, if the consumer sleeps
// on an edge; and what the museum has as the repair of this very variant, or of its consumer.
std::vector<tried_fix> possible_fixes(const saved_finding& f, const story& s);

// Explores them in turn, within the time of `how` for all together; stops when that is over or when
// interrupted, leaving the rest out. One that the model cannot express is not explored, and one at
// a site to which no thread comes changes nothing: both say so.
void try_fixes(const scenario& s, const search& how, std::vector<tried_fix>& fixes);

}  // namespace ringsim::scenarios::study
