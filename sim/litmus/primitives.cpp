// The tables. Rows are written with helpers that leave out what a kind of primitive never has; the
// names of the kernel's atomic operations are put together from prefix, stem and suffix instead of
// being listed, which would be some two hundred.
//
// To add a primitive: a row in lkmm_table or c11_table if its action is one of those that there
// are; else an action (primitives.hpp) and a case in thread_compiler::emit_call(). Its meaning in
// each model has to be said as well: for a fence in mapping.cpp, for an access it is its order.
#include "sim/litmus/primitives.hpp"

#include <algorithm>
#include <array>

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;
using graph::rmw_op;

// Rows of one shape, for shorter tables. `arguments` has a letter for each argument
// (primitives.hpp).
constexpr primitive load(std::string_view name, std::string_view arguments, order how) {
    return {.name = name, .what = action::load, .arguments = arguments, .how = how};
}
constexpr primitive store(std::string_view name, std::string_view arguments, order how) {
    return {.name = name, .what = action::store, .arguments = arguments, .how = how};
}
// A fence without operands, told apart by its kind.
constexpr primitive barrier(std::string_view name, fence_kind f) {
    return {.name = name, .what = action::fence, .arguments = "", .fence = f};
}
// A primitive that its action and arguments say all about.
constexpr primitive just(std::string_view name, action what, std::string_view arguments,
                         returned r = returned::none) {
    return {.name = name, .what = what, .arguments = arguments, .returns = r};
}
// Known by its name, in order to be refused with a reason.
constexpr primitive refused(std::string_view name, std::string_view reason) {
    return {.name = name, .what = action::unsupported, .reason = reason};
}

// An end of one of SRCU's critical sections is an access that is marked with its kind.
constexpr primitive srcu(std::string_view name, action what, std::string_view arguments,
                         fence_kind f) {
    return {.name = name, .what = what, .arguments = arguments, .fence = f};
}

constexpr std::string_view not_defined = "the kernel's memory model does not define it";

// --- The kernel's --------------------------------------------------------------------------------

// Orders are those of linux-kernel.def: READ_ONCE() is what herd7 calls `once`, relaxed here;
// rcu_dereference() is a READ_ONCE() whose address dependency the model sees anyway.
constexpr primitive lkmm_table[] = {
    load("READ_ONCE", "l", order::relaxed),
    store("WRITE_ONCE", "lv", order::relaxed),
    load("smp_load_acquire", "p", order::acquire),
    store("smp_store_release", "pv", order::release),
    {.name = "smp_store_mb", .what = action::store_mb, .arguments = "lv"},
    load("rcu_dereference", "l", order::relaxed),
    store("rcu_assign_pointer", "lv", order::release),
    load("atomic_read", "p", order::relaxed),
    store("atomic_set", "pv", order::relaxed),
    load("atomic_read_acquire", "p", order::acquire),
    store("atomic_set_release", "pv", order::release),
    barrier("smp_mb", fence_kind::mb),
    barrier("smp_rmb", fence_kind::rmb),
    barrier("smp_wmb", fence_kind::wmb),
    barrier("smp_mb__before_atomic", fence_kind::before_atomic),
    barrier("smp_mb__after_atomic", fence_kind::after_atomic),
    barrier("smp_mb__after_spinlock", fence_kind::after_spinlock),
    barrier("smp_mb__after_unlock_lock", fence_kind::after_unlock_lock),
    barrier("barrier", fence_kind::compiler),
    just("spin_lock", action::lock, "p"),
    just("spin_unlock", action::unlock, "p"),
    just("spin_trylock", action::try_lock, "p", returned::flag),
    just("spin_is_locked", action::is_locked, "p"),
    barrier("rcu_read_lock", fence_kind::rcu_read_lock),
    barrier("rcu_read_unlock", fence_kind::rcu_read_unlock),
    barrier("synchronize_rcu", fence_kind::synchronize_rcu),
    barrier("synchronize_rcu_expedited", fence_kind::synchronize_rcu),
    // linux-kernel.def defines srcu_down_read() and srcu_up_read(), which may be in different
    // threads, like the other two.
    srcu("srcu_read_lock", action::load, "p", fence_kind::srcu_read_lock),
    srcu("srcu_down_read", action::load, "p", fence_kind::srcu_read_lock),
    srcu("srcu_read_unlock", action::store, "pv", fence_kind::srcu_read_unlock),
    srcu("srcu_up_read", action::store, "pv", fence_kind::srcu_read_unlock),
    srcu("synchronize_srcu", action::fence, "p", fence_kind::synchronize_srcu),
    srcu("synchronize_srcu_expedited", action::fence, "p", fence_kind::synchronize_srcu),
    barrier("smp_mb__after_srcu_read_unlock", fence_kind::after_srcu_read_unlock),
    refused("call_rcu", not_defined),
    refused("call_srcu", not_defined),
    refused("rcu_barrier", not_defined),
    refused("srcu_barrier", not_defined),
};

// Read-modify-writes that return something come in four orders, by suffix; without one they are
// fully ordered. `x` stands for xchg and cmpxchg, with and without atomic_ before. The kernel's
// rule (atomic_t.txt): what returns nothing orders nothing, and has no suffixes.
struct rmw_family {
    std::string_view stem;  // behind "atomic_"
    std::string_view arguments;
    rmw_op op;
    bool by_one;
    bool inverted;
    returned returns;
    bool suffixes;
};
// Arguments of the kernel's atomics: the value first, but for xchg and cmpxchg. By the columns: an
// operand of 1 that is not written, its complement, what is returned, and whether there are forms
// with a suffix.
constexpr rmw_family lkmm_families[] = {
    {"add", "vp", rmw_op::add, false, false, returned::none, false},
    {"sub", "vp", rmw_op::sub, false, false, returned::none, false},
    {"and", "vp", rmw_op::bit_and, false, false, returned::none, false},
    {"or", "vp", rmw_op::bit_or, false, false, returned::none, false},
    {"xor", "vp", rmw_op::bit_xor, false, false, returned::none, false},
    {"andnot", "vp", rmw_op::bit_and, false, true, returned::none, false},
    {"inc", "p", rmw_op::add, true, false, returned::none, false},
    {"dec", "p", rmw_op::sub, true, false, returned::none, false},
    {"add_return", "vp", rmw_op::add, false, false, returned::new_value, true},
    {"sub_return", "vp", rmw_op::sub, false, false, returned::new_value, true},
    {"inc_return", "p", rmw_op::add, true, false, returned::new_value, true},
    {"dec_return", "p", rmw_op::sub, true, false, returned::new_value, true},
    {"fetch_add", "vp", rmw_op::add, false, false, returned::old_value, true},
    {"fetch_sub", "vp", rmw_op::sub, false, false, returned::old_value, true},
    {"fetch_and", "vp", rmw_op::bit_and, false, false, returned::old_value, true},
    {"fetch_or", "vp", rmw_op::bit_or, false, false, returned::old_value, true},
    {"fetch_xor", "vp", rmw_op::bit_xor, false, false, returned::old_value, true},
    {"fetch_andnot", "vp", rmw_op::bit_and, false, true, returned::old_value, true},
    {"fetch_inc", "p", rmw_op::add, true, false, returned::old_value, true},
    {"fetch_dec", "p", rmw_op::sub, true, false, returned::old_value, true},
    {"sub_and_test", "vp", rmw_op::sub, false, false, returned::new_is_zero, false},
    {"dec_and_test", "p", rmw_op::sub, true, false, returned::new_is_zero, false},
    {"inc_and_test", "p", rmw_op::add, true, false, returned::new_is_zero, false},
    {"add_negative", "vp", rmw_op::add, false, false, returned::new_is_negative, true},
    {"xchg", "pv", rmw_op::exchange, false, false, returned::old_value, true},
};

// "xchg_acquire" into "xchg" and acquire; without suffix, full. "fetch_add_relaxed" ends in a
// suffix, "add_return" does not: no stem ends like one.
order take_suffix(std::string_view& name) {
    constexpr std::pair<std::string_view, order> suffixes[] = {
        {"_relaxed", order::relaxed}, {"_acquire", order::acquire}, {"_release", order::release}};
    for (const auto& [suffix, how] : suffixes)
        if (name.ends_with(suffix)) {
            name.remove_suffix(suffix.size());
            return how;
        }
    return order::full;
}

// atomic64_t and atomic_long_t have the same operations. False: no operation on an atomic type. The
// longer ones first, as they begin alike.
bool take_prefix(std::string_view& name) {
    for (const std::string_view prefix : {"atomic64_"sv, "atomic_long_"sv, "atomic_"sv})
        if (name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
            return true;
        }
    return false;
}

// By parts. A stem that has no suffixes must not have been given one ("atomic_inc_acquire" does not
// exist), so its name has to be the stem as a whole.
std::optional<primitive> find_family(std::string_view name) {
    const bool atomic = take_prefix(name);
    std::string_view stem = name;
    const order how = take_suffix(stem);
    if (stem == "cmpxchg")
        return primitive{.name = "cmpxchg",
                         .what = action::compare_exchange,
                         .arguments = "pev",
                         .returns = returned::old_value,
                         .how = how};
    // xchg() works on plain variables as well; all other families need their prefix.
    if (stem == "xchg" || atomic)
        for (const rmw_family& f : lkmm_families)
            if (f.stem == stem && (f.suffixes || stem == name))
                return primitive{.name = f.stem,
                                 .what = action::rmw,
                                 .arguments = f.arguments,
                                 .op = f.op,
                                 .by_one = f.by_one,
                                 .inverted = f.inverted,
                                 .returns = f.returns,
                                 .how = f.returns == returned::none ? order::relaxed : how};
    if (!atomic) return std::nullopt;
    // No rows of the table: these are not done if what is read has a certain value.
    if (name == "add_unless" || name == "fetch_add_unless" || name == "inc_not_zero")
        return primitive{
            .name = name == "inc_not_zero" ? "inc_not_zero" : "add_unless",
            .what = action::rmw_unless,
            .arguments = name == "inc_not_zero" ? "p" : "pve",
            .op = rmw_op::add,
            .by_one = name == "inc_not_zero",
            .returns = name == "fetch_add_unless" ? returned::old_value : returned::flag,
            .how = order::full};
    // atomic64_read() and the like: rows of the table for atomic_, with another prefix.
    for (const primitive& p : lkmm_table)
        if (p.name.starts_with("atomic_") && p.name.substr(7) == name) return p;
    return std::nullopt;
}

// --- C11's ---------------------------------------------------------------------------------------

// seq_cst unless the explicit form says otherwise, as all of C11's (7.17.7).
constexpr primitive c11_rmw(std::string_view name, rmw_op op) {
    return {.name = name,
            .what = action::rmw,
            .arguments = "pv",
            .op = op,
            .returns = returned::old_value,
            .how = order::seq_cst};
}
// Its expected value is at an address; the strong one fails only for another value, the weak one
// also without a reason (7.17.7.4).
constexpr primitive c11_cas(std::string_view name, bool weak) {
    return {.name = name,
            .what = action::compare_exchange,
            .arguments = "pxv",
            .spurious = weak,
            .returns = returned::flag,
            .how = order::seq_cst,
            .failing = order::seq_cst};
}

// Without "_explicit"; with it, memory orders follow.
constexpr primitive c11_table[] = {
    load("atomic_load", "p", order::seq_cst),         store("atomic_store", "pv", order::seq_cst),
    c11_rmw("atomic_exchange", rmw_op::exchange),     c11_rmw("atomic_fetch_add", rmw_op::add),
    c11_rmw("atomic_fetch_sub", rmw_op::sub),         c11_rmw("atomic_fetch_and", rmw_op::bit_and),
    c11_rmw("atomic_fetch_or", rmw_op::bit_or),       c11_rmw("atomic_fetch_xor", rmw_op::bit_xor),
    c11_cas("atomic_compare_exchange_strong", false), c11_cas("atomic_compare_exchange_weak", true),
};
// A signal fence orders nothing between threads.
constexpr primitive c11_others[] = {
    {.name = "atomic_thread_fence", .what = action::fence, .arguments = "o"},
    just("atomic_signal_fence", action::nothing, "o"),
    refused("mtx_lock", "C11 mutexes are not modelled"),
    refused("mtx_unlock", "C11 mutexes are not modelled"),
    refused("lock", "C11 mutexes are not modelled"),
    refused("unlock", "C11 mutexes are not modelled"),
};

// The orders stand behind all other arguments (C11 7.17.7): one, or of a compare-exchange two, that
// of success and that of failure.
std::string_view with_orders(const primitive& p) {
    if (p.arguments == "p") return "po";
    return p.what == action::compare_exchange ? "pxvof" : "pvo";
}

std::optional<primitive> find_c11(std::string_view name) {
    constexpr std::string_view suffix = "_explicit";
    for (const primitive& p : c11_others)
        if (p.name == name) return p;
    for (const primitive& p : c11_table) {
        // No name in the table is the beginning of another one, up to "_explicit".
        if (!name.starts_with(p.name)) continue;
        const std::string_view rest = name.substr(p.name.size());
        if (rest.empty()) return p;
        if (rest != suffix) continue;
        primitive with = p;
        with.arguments = with_orders(p);
        return with;
    }
    return std::nullopt;
}

// Rows first: what is named as a whole is no family.
std::optional<primitive> find_lkmm(std::string_view name) {
    for (const primitive& p : lkmm_table)
        if (p.name == name) return p;
    return find_family(name);
}

}  // namespace

std::optional<primitive> find_primitive(std::string_view name, dialect d) {
    return d == dialect::lkmm ? find_lkmm(name) : find_c11(name);
}

std::optional<order> find_memory_order(std::string_view name) {
    constexpr std::string_view prefix = "memory_order_";
    if (!name.starts_with(prefix)) return std::nullopt;
    name.remove_prefix(prefix.size());
    for (const order o :
         {order::relaxed, order::acquire, order::release, order::acq_rel, order::seq_cst})
        if (ringsim::name(o) == name) return o;
    return std::nullopt;
}

// A structure that is not looked into: a location whose address SRCU's functions take.
bool take_structure(token_stream& tokens) {
    if (!tokens.is("struct") && !tokens.is("union")) return false;
    const bool srcu = tokens.is("struct") && tokens.is("srcu_struct", 1);
    if (!srcu) tokens.fail("structures are not supported, but for struct srcu_struct,");
    tokens.next();
    tokens.next();
    return true;
}

}  // namespace ringsim::sim::litmus
