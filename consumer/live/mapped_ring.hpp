// The consumer's memory in a real ring: std::atomic_ref over the pages that the kernel maps.
//
// The order table is a template argument, so that it folds away: with libbpf's table every access
// is a plain move on x86-64, and the table `fenced` adds one full barrier.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "consumer/ring_memory.hpp"
#include "kernel_model/site_table.hpp"

namespace ringsim::consumer {

// Where the parts of a BPF_MAP_TYPE_RINGBUF are mapped. `data` is mapped twice, back to back, so
// that a record that wraps is one piece.
struct ring_pages {
    unsigned long* consumer_pos = nullptr;
    const unsigned long* producer_pos = nullptr;
    const std::byte* data = nullptr;
    unsigned long mask = 0;  // size of the ring in bytes, minus one
};

// The C++ order of a site's order. `plain` is as weak as an atomic access can be.
constexpr std::memory_order cpp_order(order o) {
    switch (o) {
        case order::acquire:
            return std::memory_order_acquire;
        case order::release:
            return std::memory_order_release;
        case order::acq_rel:
            return std::memory_order_acq_rel;
        case order::seq_cst:
            return std::memory_order_seq_cst;
        default:
            return std::memory_order_relaxed;
    }
}

// True if each site of a consumer's loop has an order that makes sense there.
constexpr bool fits_a_consumer(const order_table& orders) {
    for (const site_info& row : site_table)
        if (is_of_consumer(row.is) && !row.orders.contains(orders[row.is])) return false;
    return true;
}

template <order_table Orders>
class mapped_ring {
  public:
    static_assert(fits_a_consumer(Orders));

    using ulong = unsigned long;
    using payload_view = std::span<const std::byte>;

    explicit mapped_ring(const ring_pages& pages) : pages_(pages) {}

    // The functions below only pass the site's order on; what each access pairs with is said where
    // it is made, in consumer/process_ring.hpp.
    ulong load_consumer_pos(site s) const { return load(*pages_.consumer_pos, s); }
    ulong load_producer_pos(site s) const { return load(*pages_.producer_pos, s); }
    std::uint32_t load_header(site s, ulong pos) const {
        return load(*reinterpret_cast<const std::uint32_t*>(at(pos)), s);
    }
    payload_view payload(site, ulong pos, std::uint32_t len) const {
        return {at(pos) + BPF_RINGBUF_HDR_SZ, len};
    }
    void store_consumer_pos(site s, ulong pos) const {
        std::atomic_ref(*pages_.consumer_pos).store(pos, cpp_order(Orders[s]));
    }
    void fence(site s) const {
        if (Orders[s] != order::none) std::atomic_thread_fence(cpp_order(Orders[s]));
    }
    static constexpr void branch(dependency) {}  // the machine sees it

  private:
    const std::byte* at(ulong pos) const { return pages_.data + (pos & pages_.mask); }

    // atomic_ref<const T> comes with C++26. A lock-free load does not write, so it works on a page
    // that is mapped read-only.
    template <class T>
    static T load(const T& word, site s) {
        static_assert(std::atomic_ref<T>::is_always_lock_free);
        return std::atomic_ref(const_cast<T&>(word)).load(cpp_order(Orders[s]));
    }

    ring_pages pages_;
};

static_assert(ring_memory<mapped_ring<upstream_orders>>);

}  // namespace ringsim::consumer
