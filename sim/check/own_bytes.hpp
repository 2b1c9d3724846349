// What a thread has of its own as bytes, by which it is compared with itself (retrying.cpp).
//
// Two states are taken for the same if their bytes are. So whatever is added must differ in its
// bytes where it differs in its meaning, and never otherwise: no padding, whose bytes are anything,
// and no address of memory that the runtime itself allocated, which is another one each time. A
// difference that means nothing costs a round that could have been left out; one that is missing
// would leave out a round that matters.
#pragma once

#include <string>

namespace ringsim::sim::check {

// Of a value without padding.
template <class T>
void add_bytes(std::string& to, const T& what) {
    to.append(reinterpret_cast<const char*>(&what), sizeof what);
}
// Of a map, or pairs in order, whose parts have no gaps. Its size comes first, so that no two lists
// of different lengths, one behind the other, have the same bytes.
template <class M>
void add_counts(std::string& to, const M& counts) {
    add_bytes(to, counts.size());
    for (const auto& [place, n] : counts) {
        add_bytes(to, place);
        add_bytes(to, n);
    }
}

}  // namespace ringsim::sim::check
