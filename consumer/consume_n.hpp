// ring_buffer__consume_n() of libbpf (tools/lib/bpf/ringbuf.c, libbpf 1.5).
#pragma once

#include <cstdint>

namespace ringsim::consumer {

// At most `n` samples of `ring_cnt` rings, the first ring first. `process_ring(i, n)` returns the
// number of samples that it took of ring i, or a negative error. Returns their number in all, or
// the first error. As in libbpf, the count goes on below zero: with n = 0 a first ring that has a
// sample gives it, and those behind it give all they have.
template <class ProcessRing>
std::int64_t ring_buffer__consume_n(unsigned ring_cnt, std::uint64_t n,
                                    ProcessRing&& process_ring) {
    std::int64_t res = 0;
    for (unsigned i = 0; i < ring_cnt; ++i) {
        const std::int64_t err = process_ring(i, n);
        if (err < 0) return err;
        res += err;
        n -= static_cast<std::uint64_t>(err);
        if (n == 0) break;
    }
    return res;
}

}  // namespace ringsim::consumer
