// What the kernel side needs of the memory it runs on: a handful of accesses, each with its site.
//
// `pos` is a logical position that only grows (unsigned long in the kernel); the memory masks it.
// `ulong` is the width of positions: 64 bits on a 64-bit kernel, narrower to study wrap-around.
#pragma once

#include <concepts>
#include <cstdint>

#include "kernel_model/dependency.hpp"
#include "kernel_model/site.hpp"
#include "kernel_model/uapi.hpp"
#include "kernel_model/version.hpp"

namespace ringsim::kernel {

template <class M>
concept ring_memory = std::unsigned_integral<typename M::ulong> &&
                      requires(M& m, site s, typename M::ulong pos, std::uint32_t v, dependency d) {
                          { m.mask() } -> std::same_as<typename M::ulong>;
                          // What the running kernel has.
                          { m.has() } -> std::same_as<const features&>;
                          { m.load_consumer_pos(s) } -> std::same_as<typename M::ulong>;
                          { m.load_producer_pos(s) } -> std::same_as<typename M::ulong>;
                          { m.store_producer_pos(s, pos) } -> std::same_as<void>;
                          { m.load_pending_pos(s) } -> std::same_as<typename M::ulong>;
                          { m.store_pending_pos(s, pos) } -> std::same_as<void>;
                          { m.load_header(s, pos) } -> std::same_as<std::uint32_t>;
                          // Says that all that comes depends on this branch. Compiled code does not
                          // show it, and some models count on it.
                          { m.branch(d) } -> std::same_as<void>;
                          { m.store_header(s, pos, v) } -> std::same_as<void>;
                          { m.exchange_header(s, pos, v) } -> std::same_as<void>;
                          { m.load_pg_off(s, pos) } -> std::same_as<std::uint32_t>;
                          { m.store_pg_off(s, pos, v) } -> std::same_as<void>;
                          // Overwrite mode, which a map has or has not.
                          { m.overwrite_mode() } -> std::same_as<bool>;
                          { m.load_overwrite_pos(s) } -> std::same_as<typename M::ulong>;
                          { m.store_overwrite_pos(s, pos) } -> std::same_as<void>;
                          // The calling CPU is in an NMI; it holds the lock, so that waiting for it
                          // would be for ever.
                          { m.in_nmi() } -> std::same_as<bool>;
                          { m.holds_lock() } -> std::same_as<bool>;
                          { m.lock(s) } -> std::same_as<void>;
                          { m.try_lock(s) } -> std::same_as<bool>;
                          { m.unlock(s) } -> std::same_as<void>;
                          { m.fence(s) } -> std::same_as<void>;
                          // The abstract edge: set the pending bit; sleep until it is set, and take
                          // it.
                          { m.set_notify(s) } -> std::same_as<void>;
                          { m.take_notify(s) } -> std::same_as<void>;
                      };

}  // namespace ringsim::kernel
