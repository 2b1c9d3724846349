// ringbuf_map_alloc() of kernel/bpf/ringbuf.c: which rings there can be; and bpf_ringbuf_free().
#pragma once

#include <bit>
#include <cerrno>
#include <cstdint>

#include "kernel_model/irq_work.hpp"
#include "kernel_model/reserve.hpp"

namespace ringsim::kernel {

// What BPF_MAP_CREATE is told of a ring.
struct map_attributes {
    bool user_ring = false;  // BPF_MAP_TYPE_USER_RINGBUF
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t max_entries = 0;  // bytes of data
    std::uint32_t map_flags = 0;
};

// 0 or -EINVAL. That memory may be short, or the NUMA node absent, is left out.
constexpr int ringbuf_map_alloc(const features& has, const map_attributes& attr) {
    if (attr.user_ring && !has.user_ring) return -EINVAL;
    const std::uint32_t known = BPF_F_NUMA_NODE | (has.overwrite ? BPF_F_RB_OVERWRITE : 0);
    if (attr.map_flags & ~known) return -EINVAL;
    if ((attr.map_flags & BPF_F_RB_OVERWRITE) && attr.user_ring) return -EINVAL;
    if (attr.key_size != 0 || attr.value_size != 0) return -EINVAL;
    if (!std::has_single_bit(attr.max_entries) || attr.max_entries % page_size != 0) return -EINVAL;
    return 0;
}

// The last reference is gone. `work` is rb->work, and `free_pages()` gives the memory back.
template <irq_work_memory W, class FreePages>
void bpf_ringbuf_free(W& work, const features& has, FreePages&& free_pages) {
    if (has.sync_on_free) irq_work_sync(work);
    free_pages();
}

}  // namespace ringsim::kernel
