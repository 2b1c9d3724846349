// What a thread has of its own as bytes, by which it is compared with itself (retrying.cpp).
#pragma once

#include <string>

namespace ringsim::sim::check {

template <class T>
void add_bytes(std::string& to, const T& what) {
    to.append(reinterpret_cast<const char*>(&what), sizeof what);
}
// Of a map, or pairs in order, whose parts have no gaps.
template <class M>
void add_counts(std::string& to, const M& counts) {
    add_bytes(to, counts.size());
    for (const auto& [place, n] : counts) {
        add_bytes(to, place);
        add_bytes(to, n);
    }
}

}  // namespace ringsim::sim::check
