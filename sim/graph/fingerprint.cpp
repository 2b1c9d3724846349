// The hash alone, in a unit of its own: xxhash's header is long, and everything that explores
// includes fingerprint.hpp.
#include "sim/graph/fingerprint.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ringsim::sim::graph {

fingerprint fingerprint_of(const std::vector<std::uint64_t>& words) {
    const XXH128_hash_t hash = XXH3_128bits(words.data(), words.size() * sizeof words[0]);
    return {hash.low64, hash.high64};
}

}  // namespace ringsim::sim::graph
