// The named operations of the two dialects, as data: what each takes, does and returns. A primitive
// that is no row of these tables is refused by the compiler, with its name.
//
// Sources: tools/memory-model/linux-kernel.def in Linux 6.12 and Documentation/atomic_t.txt for the
// kernel's; C11 7.17 for the others.
#pragma once

#include <optional>
#include <string_view>

#include "sim/litmus/code.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// What a call does. The machine knows nothing of names; calls.cpp turns an action into
// instructions.
enum class action : std::uint8_t {
    load,
    store,
    store_mb,  // a store and a full barrier
    rmw,
    compare_exchange,
    // A read-modify-write that is not done if what is read has a certain value:
    // atomic_add_unless().
    rmw_unless,
    fence,
    lock,
    unlock,
    try_lock,
    is_locked,
    nothing,      // a call without effect: atomic_signal_fence()
    unsupported,  // known, and refused for `reason`
};

// What a read-modify-write returns. `flag`: whether it was done.
enum class returned : std::uint8_t {
    none,
    old_value,
    new_value,
    new_is_zero,
    new_is_negative,
    flag
};

struct primitive {
    std::string_view name{};
    action what = action::nothing;
    // One letter for each argument, in the order of the call: p pointer, l place in memory such as
    // *x, v value, e expected value, x pointer to the expected value, o memory order, f memory
    // order of a failure. The kernel's order is (value, pointer) for atomic_add() and (pointer,
    // value) for xchg().
    std::string_view arguments{};
    graph::rmw_op op = graph::rmw_op::none;
    bool by_one = false;    // the operand is 1
    bool inverted = false;  // the operand is inverted (andnot)
    bool spurious = false;  // a weak compare-exchange
    returned returns = returned::none;
    order how = order::relaxed;
    // Of a compare-exchange that does not write. The kernel's orders nothing then, whatever its
    // suffix.
    order failing = order::relaxed;
    fence_kind fence = fence_kind::c11;
    std::string_view reason{};
};

// What `name` means in a dialect, or nothing. A row with action::unsupported is found too: it is
// known, and why it is refused is said in `reason`.
std::optional<primitive> find_primitive(std::string_view name, dialect d);

// "memory_order_acquire" and the others; nothing for memory_order_consume and for what is no order.
std::optional<order> find_memory_order(std::string_view name);

// Takes `struct srcu_struct`, if a structure's type begins here. It is a location that SRCU's
// functions are called with. Throws source_error for any other structure.
bool take_structure(token_stream& tokens);

}  // namespace ringsim::sim::litmus
