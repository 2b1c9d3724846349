// What the kernel and its users agree on: include/uapi/linux/bpf.h and the record layout.
//
// Leaf header: includes nothing of the project.
#pragma once

#include <cstdint>

namespace ringsim {

// A record's header: u32 len, u32 pg_off; the payload follows, 8-byte aligned.
inline constexpr std::uint32_t BPF_RINGBUF_BUSY_BIT = 1u << 31;
inline constexpr std::uint32_t BPF_RINGBUF_DISCARD_BIT = 1u << 30;
inline constexpr std::uint32_t BPF_RINGBUF_HDR_SZ = 8;

// Flags of bpf_ringbuf_output(), bpf_ringbuf_submit() and bpf_ringbuf_discard().
inline constexpr std::uint64_t BPF_RB_NO_WAKEUP = 1u << 0;
inline constexpr std::uint64_t BPF_RB_FORCE_WAKEUP = 1u << 1;

// What bpf_ringbuf_query() is asked for.
inline constexpr std::uint64_t BPF_RB_AVAIL_DATA = 0;
inline constexpr std::uint64_t BPF_RB_RING_SIZE = 1;
inline constexpr std::uint64_t BPF_RB_CONS_POS = 2;
inline constexpr std::uint64_t BPF_RB_PROD_POS = 3;
inline constexpr std::uint64_t BPF_RB_OVERWRITE_POS = 4;  // since overwrite mode

// Flags of BPF_MAP_CREATE for a ring.
inline constexpr std::uint32_t BPF_F_NUMA_NODE = 1u << 2;
inline constexpr std::uint32_t BPF_F_RB_OVERWRITE = 1u << 19;  // since overwrite mode

// Bytes of ring that a record of `len` payload bytes takes. `len` may carry the two header bits.
constexpr std::uint32_t record_size(std::uint32_t len) {
    const std::uint32_t payload = len & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    return (payload + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
}

// How epoll reports: again on every epoll_wait() while data is there, or once an edge (EPOLLET).
enum class trigger : std::uint8_t { level, edge };

}  // namespace ringsim
