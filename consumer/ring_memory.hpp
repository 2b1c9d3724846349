// What a consumer needs of the memory it runs on, and nothing more: six operations, each naming its
// site. `pos` is a logical position that only grows; the memory masks it.
#pragma once

#include <concepts>
#include <cstdint>

#include "kernel_model/dependency.hpp"
#include "kernel_model/site.hpp"
#include "kernel_model/uapi.hpp"

namespace ringsim::consumer {

template <class M>
concept ring_memory =
    std::unsigned_integral<typename M::ulong> &&
    requires(M& m, site s, typename M::ulong pos, std::uint32_t len, dependency d) {
        { m.load_consumer_pos(s) } -> std::same_as<typename M::ulong>;
        { m.load_producer_pos(s) } -> std::same_as<typename M::ulong>;
        { m.load_header(s, pos) } -> std::same_as<std::uint32_t>;
        // A view of the payload of the record at `pos`, in the form that this
        // memory can offer.
        { m.payload(s, pos, len) } -> std::same_as<typename M::payload_view>;
        { m.store_consumer_pos(s, pos) } -> std::same_as<void>;
        { m.fence(s) } -> std::same_as<void>;
        // Says that all that comes depends on this branch. No access: a real ring
        // does nothing here.
        { m.branch(d) } -> std::same_as<void>;
    };

// What a consumer needs that looks at one place until it changes: the memory is told that an
// iteration which began at `mark` found nothing.
template <class M>
concept spinning_memory = ring_memory<M> && requires(M& m, std::uint64_t mark) {
    { m.spin_mark() } -> std::same_as<std::uint64_t>;
    { m.cpu_relax(mark) } -> std::same_as<void>;
};

}  // namespace ringsim::consumer
