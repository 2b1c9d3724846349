// Memory orders, as the protocol knows them: C++20's and what the kernel adds, and sets of them.
//
// Leaf header: includes nothing of the project.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringsim {

// How an access is ordered. C++20's orders, and what the kernel adds to them.
enum class order : std::uint8_t {
    none,           // the access is absent (a fence or a lock that is not there)
    plain,          // ordinary C access: a data race if unordered and in conflict
    relaxed,        // READ_ONCE(), WRITE_ONCE(), memory_order_relaxed
    acquire,        // smp_load_acquire()
    release,        // smp_store_release()
    acq_rel,        // both
    seq_cst,        // memory_order_seq_cst; as a fence, smp_mb()
    full,           // a kernel read-modify-write: full barrier before and after, as in xchg()
    store_relaxed,  // at an exchange whose result is unused: WRITE_ONCE() instead of it
    store_release,  // at an exchange whose result is unused: smp_store_release() instead of it
    count_,
};
inline constexpr std::size_t order_count = static_cast<std::size_t>(order::count_);

inline constexpr std::array<std::string_view, order_count> order_names{
    "none",    "plain",   "relaxed", "acquire",       "release",
    "acq_rel", "seq_cst", "full",    "store_relaxed", "store_release"};

constexpr std::string_view name(order o) {
    return order_names[static_cast<std::size_t>(o)];
}

constexpr std::optional<order> parse_order(std::string_view text) {
    for (std::size_t i = 0; i < order_count; ++i)
        if (order_names[i] == text) return static_cast<order>(i);
    return std::nullopt;
}

// A set of orders: those that make sense at a site.
class order_set {
  public:
    template <class... Orders>
    constexpr explicit order_set(Orders... orders) : bits_((bit(orders) | ... | 0u)) {}
    constexpr bool contains(order o) const { return (bits_ & bit(o)) != 0; }

  private:
    static constexpr std::uint32_t bit(order o) { return 1u << static_cast<unsigned>(o); }
    std::uint32_t bits_;
};

inline constexpr order_set load_orders{order::relaxed, order::acquire, order::seq_cst};
inline constexpr order_set store_orders{order::relaxed, order::release, order::seq_cst};
inline constexpr order_set plain_load_orders{order::plain, order::relaxed, order::acquire,
                                             order::seq_cst};
inline constexpr order_set plain_store_orders{order::plain, order::relaxed, order::release,
                                              order::seq_cst};
inline constexpr order_set rmw_orders{order::relaxed, order::acquire, order::release,
                                      order::acq_rel, order::seq_cst, order::full};
inline constexpr order_set commit_orders{order::relaxed,       order::acquire,      order::release,
                                         order::acq_rel,       order::seq_cst,      order::full,
                                         order::store_relaxed, order::store_release};
inline constexpr order_set fence_orders{order::none, order::acquire, order::release, order::acq_rel,
                                        order::seq_cst};
inline constexpr order_set lock_orders{order::none, order::acquire};
inline constexpr order_set unlock_orders{order::none, order::release};
inline constexpr order_set plain_only{order::plain};

enum class access : std::uint8_t { load, store, rmw, fence };

constexpr std::string_view name(access a) {
    constexpr std::array<std::string_view, 4> names{"load", "store", "rmw", "fence"};
    return names[static_cast<std::size_t>(a)];
}

// In which language an access is written: the same order may compile to other instructions.
enum class language : std::uint8_t {
    cxx,     // C++'s atomics, and libbpf's, which are theirs
    kernel,  // READ_ONCE(), smp_load_acquire(), xchg(), ...
};

}  // namespace ringsim
