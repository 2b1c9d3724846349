// The consumer thread of live mode: libbpf's poll loop over a mapped ring, once for each named
// order table.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "consumer/live/mapped_ring.hpp"

namespace ringsim::consumer::live {

// What the consumer thread is given, and what it tells while it runs. Every counter has one writer,
// the consumer; the accesses are relaxed on purpose: a barrier here could hide the lost wakeup that
// live mode is there to show.
struct consumer_job {
    ring_pages pages;
    int ring_fd = -1;    // the map, for a consumer that maps it by itself
    int epoll_fd = -1;   // watches the ring and the event fd
    int revive_fd = -1;  // an event fd: wakes the consumer without the ring
    std::uint32_t record_size = 8;

    // Which sleep the consumer is in, counted from 1; 0 while it is awake.
    alignas(64) std::atomic<std::uint64_t> sleep{0};
    std::atomic<int> thread_id{0};
    std::atomic<std::uint64_t> records{0};
    std::atomic<std::uint64_t> wakeups{0};       // epoll_wait() returned for the ring
    std::atomic<std::uint64_t> idle_wakeups{0};  // of these, nothing was there to consume
    std::atomic<std::uint64_t> gaps{0};          // a sequence number was skipped
    std::atomic<std::uint64_t> reorderings{0};   // a sequence number came again, or late
    std::atomic<std::uint64_t> torn{0};          // a record whose bytes do not belong together
    std::atomic<int> error{0};                   // errno of a consumer that could not begin

    alignas(64) std::atomic<bool> stop{false};
};

// What epoll_wait() reports as its data for each of the two descriptors.
enum class epoll_source : std::uint32_t { ring, revive };

// Runs until `stop` is set and the event fd is written.
using consumer_function = void (*)(consumer_job&);

struct live_consumer {
    std::string_view orders;  // the name of its table; of a measured one, what it is
    consumer_function run;
};

// One for each table of consumer/order_tables.hpp, in that order.
std::span<const live_consumer> live_consumers();

// Consumers of the same ring that are measured beside each other: ours with libbpf's orders, and
// libbpf's own functions.
enum class measured : std::uint8_t {
    epoll,           // ours: epoll_wait(), then what is there
    libbpf_poll,     // ring_buffer__poll()
    busy,            // ours, which looks again at once
    libbpf_consume,  // ring_buffer__consume(), likewise
};
live_consumer consumer_of(measured who);

}  // namespace ringsim::consumer::live
