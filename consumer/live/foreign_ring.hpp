// The ring of somebody else's program, found by its pin or its id, and watched while its real user
// consumes it. Its pages are mapped read-only: no record is taken from its owner.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/ring_mapping.hpp"
#include "consumer/live/ring_owners.hpp"

namespace ringsim::consumer::live {

struct foreign_ring {
    descriptor fd;
    std::uint32_t id = 0;
    std::string name;  // at most 15 characters, as the kernel keeps it
    std::uint32_t bytes = 0;
};

// Opens a ring by the path of its pin, or by its id. Throws refusal with one line if there is no
// such thing, if it is no BPF_MAP_TYPE_RINGBUF, or if this process is not allowed to.
foreign_ring open_pinned_ring(const std::string& path);
foreign_ring open_ring_by_id(std::uint32_t id);

// What was seen of the ring from `before` to `after`.
struct foreign_activity {
    double seconds = 0;
    ring_snapshot before, after;
    std::uint64_t records = 0;    // committed; at least, if `overtaken` is not 0
    std::uint64_t discarded = 0;  // likewise
    std::uint64_t overtaken = 0;  // times the producer was a whole ring ahead of this onlooker
    // Reports of an edge-triggered epoll. At least: several before one look are one, and those
    // whose records are consumed before the look are none.
    std::uint64_t notifications = 0;
    std::chrono::nanoseconds longest_wait{};  // of a committed record at consumer_pos
    // Reports of epoll during it; at most: one that came just before it may be among them.
    std::uint64_t notifications_in_wait = 0;
    std::chrono::nanoseconds longest_busy{};  // of a record at consumer_pos that is not committed
    // Who had the ring open at the end of the wait that was longer than stall_after, or of the
    // watch.
    std::vector<ring_owner> owners;
};

// What the watch shows of the consumer. Nothing proves that all is well.
enum class foreign_verdict : std::uint8_t {
    no_stall_seen,
    stalled,        // a committed record waited, no wakeup came, and an owner sleeps in epoll
    not_woken,      // the same, but no owner is known to sleep in epoll: it may look by time
    not_read,       // a committed record waited although wakeups came
    not_committed,  // a reservation stood before all others
    nobody_reads,   // a committed record waited, and no process has the ring open
};
foreign_verdict judge_foreign(const foreign_activity& seen);

// Watches for `duration`, or until `interrupted`.
foreign_activity watch_foreign_ring(const foreign_ring& ring, std::chrono::nanoseconds duration,
                                    const std::atomic<bool>& interrupted,
                                    const std::function<void(const foreign_activity&)>& progress);

}  // namespace ringsim::consumer::live
