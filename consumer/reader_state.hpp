// What a consumer keeps for itself between two looks at the ring, if it keeps anything.
#pragma once

#include <cstdint>

namespace ringsim::consumer {

struct reader_state {
    bool open = false;
    std::uint64_t cons_pos = 0;  // read so far; consumer_pos may lag behind it
    std::uint64_t prod_pos = 0;  // as last seen
    std::uint32_t held = 0;      // bytes of the record that was handed out and not given back
    bool needs_wakeup = false;   // aya: consumer_pos was stored, and no fence came since
    bool have_data = false;      // cilium/ebpf to 0.19: there may be more, no need to wait
    bool drain_err = false;      // cilium/ebpf since: the deadline passed, the next end is the last
};

}  // namespace ringsim::consumer
