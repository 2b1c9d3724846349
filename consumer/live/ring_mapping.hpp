// The pages of a BPF_MAP_TYPE_RINGBUF in this process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "consumer/live/mapped_ring.hpp"

namespace ringsim::consumer::live {

// Whether this process may move consumer_pos. A ring has one consumer: who only watches somebody
// else's maps every page read-only, so that no mistake of ours can take a record from its owner.
enum class mapping_use : std::uint8_t { consume, observe };

class ring_mapping {
  public:
    // Maps the ring behind `map_fd`, of `ring_bytes` bytes. Throws refusal if the kernel does not
    // allow it.
    ring_mapping(int map_fd, std::uint32_t ring_bytes, mapping_use use);
    ~ring_mapping();
    ring_mapping(const ring_mapping&) = delete;
    ring_mapping& operator=(const ring_mapping&) = delete;

    const ring_pages& pages() const { return pages_; }

  private:
    ring_pages pages_;
    void* consumer_page_ = nullptr;
    void* producer_pages_ = nullptr;  // producer_pos, then the data twice
    std::size_t producer_bytes_ = 0;
};

// The positions and the first unconsumed header, as an onlooker sees them. `committed` is true if
// the record at consumer_pos is there and not BUSY.
// From then on a committed record that nobody takes is asked about.
inline constexpr std::chrono::milliseconds stall_after{100};

struct ring_snapshot {
    unsigned long consumer_pos = 0;
    unsigned long producer_pos = 0;
    std::uint32_t header = 0;
    bool committed = false;
};
ring_snapshot look_at(const ring_pages& pages);

}  // namespace ringsim::consumer::live
