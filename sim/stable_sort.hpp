// Sorting that leaves elements which are alike in their order, for lists that are short.
//
// Not std::stable_sort(): that of GCC 12's library asks for memory by a function that C++17 has
// deprecated, and clang from version 21 on says so to whoever calls it.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>

namespace ringsim::sim {

// By insertion: with n elements up to n * n moves, and no memory.
template <class Iterator, class Less>
void sort_stably(Iterator first, Iterator last, Less less) {
    for (Iterator at = first; at != last; ++at)
        std::rotate(std::upper_bound(first, at, *at, less), at, std::next(at));
}

// All of a list, by what `of` makes of each of its elements.
template <class List, class Projection>
void sort_stably_by(List& list, Projection of) {
    sort_stably(list.begin(), list.end(), [&](const auto& a, const auto& b) {
        return std::invoke(of, a) < std::invoke(of, b);
    });
}

}  // namespace ringsim::sim
