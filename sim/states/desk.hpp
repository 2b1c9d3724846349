// What the threads of an exploration have in their hands when they share the work
// (looking_ahead.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/states/bytes.hpp"
#include "sim/states/store.hpp"

namespace ringsim::sim::states {

// So many states that wait are shared between the threads at once; fewer than the least are not
// worth the trouble, which is to wake all threads and to wait for the last.
inline constexpr std::size_t block_most = 2048;
inline constexpr std::size_t block_least = 256;

// The ways on from a state, as far as they lead to one that was not known.
// Packed as the store would have it, so that whoever adds it need not look at the state again.
struct seen_ahead {
    struct state {
        std::uint32_t turn;  // of those that count, from 1
        std::uint32_t size;  // packed
        std::uint64_t hash;
    };
    bool alone = false;     // nothing of this is said
    bool to_judge = false;  // it may be an end
    std::uint32_t turns = 0;
    std::vector<state> reached;
    std::string packed;  // one behind the other
};

// Of one thread.
// A reader, since a lane walks through the store on its own, and two buffers that are used again.
struct desk {
    state_store::reader reads;
    byte_writer out;
    std::string packed;
};

}  // namespace ringsim::sim::states
