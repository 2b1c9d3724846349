// Names of 128 bits for graphs and parts of graphs, and sets of them (fingerprint.hpp has how such
// a name is made).
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

namespace ringsim::sim::graph {

struct fingerprint {
    std::uint64_t low;
    std::uint64_t high;
    friend bool operator==(const fingerprint&, const fingerprint&) = default;
};

// Of these words. Two texts of words share one with a probability of 2^-128 (XXH3 with 128 bits;
// nobody chooses the texts to make them collide).
fingerprint fingerprint_of(const std::vector<std::uint64_t>& words);

// 128 bits for each execution, and nothing else: the set cannot tell two of them apart that share a
// name, which is less likely than a fault of the memory that it is in.
class fingerprint_set {
  public:
    // False if it was in the set already.
    bool insert(const fingerprint& f) { return seen_.insert(f).second; }

  private:
    // Any half of a good hash is one.
    struct low_half {
        std::size_t operator()(const fingerprint& f) const { return f.low; }
    };
    std::unordered_set<fingerprint, low_half> seen_;
};

}  // namespace ringsim::sim::graph
