// What is found out about a program under check: which memory is shared, in which pieces, which
// threads it starts, what it allocates, which rounds of loops leave nothing behind.
//
// It stands in many places, each of which only grows, and outlives the execution in which it came
// up. Whoever adds to one of them says so here. Who helps with the search in another process
// (helping.hpp) goes by that: what it finds out, the process that it helps would not know.
// Counted in one place for all, since a process explores one program at a time.
#pragma once

#include <cstdint>
#include <utility>

namespace ringsim::sim::check {

// How much was found out in this process.
inline std::uint64_t known_so_far = 0;

inline void found_out() {
    ++known_so_far;
}
// That something is so at all, in some execution.
inline void found_out(bool& whether) {
    if (!std::exchange(whether, true)) found_out();
}
// That something is this, where it was another thing before.
template <class T>
void found_out(T& what, const T& is) {
    if (what == is) return;
    what = is;
    found_out();
}
// One more of a kind. Whether it is a new one.
template <class Set, class T>
bool found_one(Set& all, const T& one) {
    const bool fresh = all.insert(one).second;
    if (fresh) found_out();
    return fresh;
}

}  // namespace ringsim::sim::check
