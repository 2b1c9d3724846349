// What a program compiled with -fsanitize=thread calls instead of ThreadSanitizer: one entry point
// for each kind and size of access. The names and signatures are the compiler's (LLVM's
// tsan_interface.h and tsan_interface_atomic.h; GCC's are the same).
//
// A plain access is reported in front of its instruction, which then makes it. So the load and the
// store here only see to it that memory holds what the instruction is to find, and that the graph
// has the event. An atomic one is made by the call. So the call gives it its value and its result,
// and there is no instruction.
//
// Only entry points that may read have a stub in front (RINGSIM_ENTRY), which catches the caller's
// registers: a loop that only reads is known by coming back to one with the same state
// (spinning.cpp). A store is a change by itself.
//
// While the program is loaded, and its static objects are constructed, accesses are ordinary ones:
// there is one thread, and no graph. `active` is null before the runtime is there, and running() is
// false until the program is explored.
//
// Names end in a number: of bytes for plain accesses (__tsan_read4), of bits for atomic ones
// (__tsan_atomic32_load). A program that calls a name of this kind which is not here is refused
// when it comes to the call (binder::bind()).
#include <concepts>
#include <cstring>

#include "sim/check/caller.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// The compiler's numbers of the C and C++ orders (__ATOMIC_RELAXED is 0, __ATOMIC_SEQ_CST 5);
// consume is acquire, as compilers have it. Bits above are hints of lock elision
// (__ATOMIC_HLE_ACQUIRE is 1 << 16), which change nothing of what the access means.
order order_of(int number) {
    constexpr order orders[] = {order::relaxed, order::acquire, order::acquire,
                                order::release, order::acq_rel, order::seq_cst};
    return orders[static_cast<unsigned>(number) & 0x7fff];
}

// What the call was given, for a comparison of two rounds: an address or an operand that a register
// holds no longer.
std::uint64_t argument(const volatile void* address) {
    return reinterpret_cast<std::uintptr_t>(address);
}
template <std::integral T>
std::uint64_t argument(T operand) {
    return static_cast<std::uint64_t>(operand);
}
// Behind this the runtime may find that the thread has come back to where it was, with nothing
// changed, and not go on with it. So it comes in front of the event of each access that reads.
template <class... T>
void visit(T... with) {
    note_arguments(argument(with)...);
    active->visit();
}

// A read whose value the program uses: an error if nobody has written it (value_load()).
void load(void* address, std::size_t size) {
    if (!running()) return;
    visit(address);
    active->value_load(static_cast<char*>(address), size);
}

// What is copied need not have been written.
void load_range(void* address, std::size_t size) {
    if (!running()) return;
    visit(address);
    active->plain_load(static_cast<char*>(address), size);
}

// No visit: only what reads asks whether the thread has come back (see the head of this file).
void store(void* address, std::size_t size) {
    if (running()) active->plain_store(static_cast<char*>(address), size);
}

// Whether volatile accesses are plain or relaxed ones is the user's choice (--volatile), and the
// runtime knows it. The two have names of their own only because we ask the compiler for that
// (tsan-distinguish-volatile, translate.cpp).
void volatile_load(void* address, std::size_t size) {
    if (!running()) return;
    visit(address);
    active->volatile_load(static_cast<char*>(address), size);
}

void volatile_store(void* address, std::size_t size) {
    if (running()) active->volatile_store(static_cast<char*>(address), size);
}

// Before main(): the operation itself. While threads run the graph makes it, and the old value
// comes from there.
template <class T>
T changed(volatile void* address, graph::rmw_op op, T operand, int number) {
    char* const at = static_cast<char*>(const_cast<void*>(address));
    if (running())
        return static_cast<T>(active->atomic_rmw(at, sizeof(T), op, operand, order_of(number)));
    T old;
    std::memcpy(&old, at, sizeof old);
    graph::label l;
    l.op = op;
    l.value = operand;
    const T made = static_cast<T>(graph::apply(l, old));
    std::memcpy(at, &made, sizeof made);
    return old;
}
template <class T>
T rmw(volatile void* address, graph::rmw_op op, T operand, int number) {
    if (running()) visit(address, operand);
    return changed(address, op, operand, number);
}

// The graph has no such operation: what is read is changed by a compare-exchange, until nobody
// comes between. Each round is a load and a compare-exchange; the load may be relaxed, because the
// order of the operation is that of the compare-exchange that succeeds, and one that fails is tried
// again with a new value.
template <class T>
T fetch_nand(volatile void* address, T operand, int number) {
    char* const at = static_cast<char*>(const_cast<void*>(address));
    T old = 0;
    if (!running()) {
        std::memcpy(&old, at, sizeof old);
        const T made = static_cast<T>(~(old & operand));
        std::memcpy(at, &made, sizeof made);
        return old;
    }
    visit(at, operand);
    for (;;) {
        old = static_cast<T>(active->atomic_load(at, sizeof(T), order::relaxed));
        const T made = static_cast<T>(~(old & operand));
        const order o = order_of(number);
        if (active->compare_exchange(at, sizeof(T), old, made, o, order::relaxed) == old)
            return old;
    }
}

// Behind a visit. Returns the old value. What clang and rustc call for a compare-exchange does not
// say whether it is a weak one, and could not say that one failed which found what it expected: so
// what fails without a reason is not explored there, and whoever asks for it is told.
template <class T>
T exchange_expected(volatile void* address, T expected, T desired, int success, int failure) {
    char* const at = static_cast<char*>(const_cast<void*>(address));
    if (running()) {
        if (active->waiting.explores_spurious())
            active->refuse(2,
                           "--spurious: clang and rustc do not tell whether this compare-exchange "
                           "is a weak one; gcc does");
        return static_cast<T>(active->compare_exchange(at, sizeof(T), expected, desired,
                                                       order_of(success), order_of(failure)));
    }
    T old;
    std::memcpy(&old, at, sizeof old);
    if (old == expected) std::memcpy(at, &desired, sizeof desired);
    return old;
}

// clang and rustc call the entry point of this kind for every compare-exchange, GCC the two that
// follow.
template <class T>
T compare_exchange(volatile void* address, T expected, T desired, int success, int failure) {
    if (running()) visit(address, expected, desired);
    return exchange_expected(address, expected, desired, success, failure);
}

// Stores the value found in `*expected` if it is another one; that is an access of its own. weak:
// it may fail without a reason, which is one more execution if the user asks for these. `*expected`
// is memory of the program: the store is reported and performed, and written once more behind that,
// because other threads may have run.
template <class T>
int compare_exchange_into(volatile void* address, T* expected, T desired, int success, int failure,
                          bool weak) {
    if (!running()) {
        const T wanted = *expected;
        *expected = compare_exchange<T>(address, wanted, desired, success, failure);
        return *expected == wanted;
    }
    visit(address, expected, desired);
    active->plain_load(reinterpret_cast<char*>(expected), sizeof(T));
    const T wanted = *expected;
    char* const at = static_cast<char*>(const_cast<void*>(address));
    if (weak && active->waiting.spurious()) {
        const T seen = static_cast<T>(active->atomic_load(at, sizeof(T), order_of(failure)));
        active->store_now(reinterpret_cast<char*>(expected), sizeof(T), seen);
        *expected = seen;
        return 0;
    }
    const T found = static_cast<T>(active->compare_exchange(at, sizeof(T), wanted, desired,
                                                            order_of(success), order_of(failure)));
    if (found == wanted) return 1;
    active->store_now(reinterpret_cast<char*>(expected), sizeof(T), found);
    *expected = found;
    return 0;
}

// A processor has these (cmpxchg16b), but a word of the graph is 8 bytes. Refused is only a program
// that comes here.
[[noreturn]] void fail_wide() {
    if (!running()) fail("an atomic access of 16 bytes, which is not modelled");
    active->refuse(2,
                   "an atomic access of 16 bytes, which is not modelled: 8 are the most (the model "
                   "of a pair of words is one word of two halves)");
}

// What a call is given a pointer to, which is plain memory of the program. As `*expected` above, a
// result is written once more behind its store.
template <class T>
T value_at(const void* from) {
    char* const at = static_cast<char*>(const_cast<void*>(from));
    if (running()) active->plain_load(at, sizeof(T));
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}
template <class T>
void give_to(void* to, T value) {
    if (running()) active->store_now(static_cast<char*>(to), sizeof value, value);
    std::memcpy(to, &value, sizeof value);
}

template <class T>
T loaded(const volatile void* address, int number) {
    char* const at = static_cast<char*>(const_cast<void*>(address));
    if (running()) {
        visit(at);
        return static_cast<T>(active->atomic_load(at, sizeof(T), order_of(number)));
    }
    T v;
    std::memcpy(&v, at, sizeof v);
    return v;
}
template <class T>
void stored(volatile void* address, T v, int number) {
    char* const at = static_cast<char*>(const_cast<void*>(address));
    if (running())
        active->atomic_store(at, sizeof v, v, order_of(number));
    else
        std::memcpy(at, &v, sizeof v);
}

// Calls `f` with a number that is as wide as the access.
template <class F>
void with_width(std::size_t bytes, const volatile void* address, F&& f) {
    const bool aligned = bytes != 0 && reinterpret_cast<std::uintptr_t>(address) % bytes == 0;
    if (aligned && bytes == 1) return f(std::uint8_t{});
    if (aligned && bytes == 2) return f(std::uint16_t{});
    if (aligned && bytes == 4) return f(std::uint32_t{});
    if (aligned && bytes == 8) return f(std::uint64_t{});
    const std::string what = "an atomic access of " + std::to_string(bytes) +
                             " bytes, which is not modelled: 1, 2, 4 and 8 are, aligned";
    if (!running()) fail(what.c_str());
    active->refuse(2, what);
}

}  // namespace
}  // namespace ringsim::sim::check

using namespace ringsim::sim::check;
using ringsim::sim::graph::rmw_op;

// An access of the program, which has no variable below its stack pointer: an address there is of a
// function that has returned. RINGSIM_ENTER first: it notes the caller, which is the place that an
// error of check_frame() is told at.
#define RINGSIM_ACCESS(address) \
    RINGSIM_ENTER;              \
    if (running()) active->check_frame(address)
// NOLINTBEGIN: names that the compiler chose
// Nothing to set up, and no stack of calls to keep: a trace has the place of each access from the
// address that its call returns to.
extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
// The address of the table of virtual functions, in front of a virtual call: a value that is used.
RINGSIM_ENTRY(__tsan_vptr_read);
void ringsim_at___tsan_vptr_read(void** address) {
    RINGSIM_ACCESS(address);
    load(address, sizeof *address);
}
void __tsan_vptr_update(void** address, void* value) {
    RINGSIM_ENTER;
    if (!running()) return;
    active->class_store(reinterpret_cast<char*>(address), reinterpret_cast<std::uintptr_t>(value));
}
RINGSIM_ENTRY(__tsan_read_range);
void ringsim_at___tsan_read_range(void* address, std::size_t size) {
    RINGSIM_ACCESS(address);
    load_range(address, size);
}
// No stub, as for all that only writes.
void __tsan_write_range(void* address, std::size_t size) {
    RINGSIM_ACCESS(address);
    store(address, size);
}

// One macro for each shape; RINGSIM_PLAIN() is the whole list of one size. `how` is the function
// above that makes the event.
#define RINGSIM_READS(name) \
    RINGSIM_ENTRY(name);    \
    void ringsim_at_##name(void* address)
#define RINGSIM_LOADS(size, name, how)   \
    RINGSIM_READS(__tsan_##name##size) { \
        RINGSIM_ACCESS(address);         \
        how(address, size);              \
    }
#define RINGSIM_STORES(size, name, how)       \
    void __tsan_##name##size(void* address) { \
        RINGSIM_ACCESS(address);              \
        how(address, size);                   \
    }
// clang can join the reports of a load and a store of one place (its option
// tsan-compound-read-before-write). They are two events here, as with two reports.
#define RINGSIM_BOTH(size, name)         \
    RINGSIM_READS(__tsan_##name##size) { \
        RINGSIM_ACCESS(address);         \
        load(address, size);             \
        store(address, size);            \
    }
#define RINGSIM_PLAIN(size)                                     \
    RINGSIM_LOADS(size, read, load)                             \
    RINGSIM_LOADS(size, unaligned_read, load)                   \
    RINGSIM_LOADS(size, volatile_read, volatile_load)           \
    RINGSIM_LOADS(size, unaligned_volatile_read, volatile_load) \
    RINGSIM_BOTH(size, read_write)                              \
    RINGSIM_BOTH(size, unaligned_read_write)                    \
    RINGSIM_STORES(size, write, store)                          \
    RINGSIM_STORES(size, unaligned_write, store)                \
    RINGSIM_STORES(size, volatile_write, volatile_store)        \
    RINGSIM_STORES(size, unaligned_volatile_write, volatile_store)
RINGSIM_PLAIN(1)
RINGSIM_PLAIN(2)
RINGSIM_PLAIN(4)
RINGSIM_PLAIN(8)
RINGSIM_PLAIN(16)

// All operations of one width. The stub's name is the compiler's; it goes on in a function of ours
// with `ringsim_at_` in front.
#define RINGSIM_RMW(bits, name, operation)                                                      \
    RINGSIM_ENTRY(__tsan_atomic##bits##_##name);                                                \
    std::uint##bits##_t ringsim_at___tsan_atomic##bits##_##name(volatile void* a,               \
                                                                std::uint##bits##_t v, int o) { \
        RINGSIM_ACCESS(a);                                                                      \
        return rmw<std::uint##bits##_t>(a, operation, v, o);                                    \
    }
#define RINGSIM_NAND(bits)                                           \
    RINGSIM_ENTRY(__tsan_atomic##bits##_fetch_nand);                 \
    std::uint##bits##_t ringsim_at___tsan_atomic##bits##_fetch_nand( \
        volatile void* a, std::uint##bits##_t v, int o) {            \
        RINGSIM_ACCESS(a);                                           \
        return fetch_nand<std::uint##bits##_t>(a, v, o);             \
    }
#define RINGSIM_ATOMIC(bits)                                                                   \
    RINGSIM_ENTRY(__tsan_atomic##bits##_load);                                                 \
    std::uint##bits##_t ringsim_at___tsan_atomic##bits##_load(const volatile void* a, int o) { \
        RINGSIM_ACCESS(a);                                                                     \
        return loaded<std::uint##bits##_t>(a, o);                                              \
    }                                                                                          \
    void __tsan_atomic##bits##_store(volatile void* a, std::uint##bits##_t v, int o) {         \
        RINGSIM_ACCESS(a);                                                                     \
        stored<std::uint##bits##_t>(a, v, o);                                                  \
    }                                                                                          \
    RINGSIM_RMW(bits, exchange, rmw_op::exchange)                                              \
    RINGSIM_RMW(bits, fetch_add, rmw_op::add)                                                  \
    RINGSIM_RMW(bits, fetch_sub, rmw_op::sub)                                                  \
    RINGSIM_RMW(bits, fetch_and, rmw_op::bit_and)                                              \
    RINGSIM_RMW(bits, fetch_or, rmw_op::bit_or)                                                \
    RINGSIM_RMW(bits, fetch_xor, rmw_op::bit_xor)                                              \
    RINGSIM_NAND(bits)                                                                         \
    RINGSIM_ENTRY(__tsan_atomic##bits##_compare_exchange_strong);                              \
    int ringsim_at___tsan_atomic##bits##_compare_exchange_strong(                              \
        volatile void* a, std::uint##bits##_t* e, std::uint##bits##_t v, int s, int f) {       \
        RINGSIM_ACCESS(a);                                                                     \
        return compare_exchange_into(a, e, v, s, f, false);                                    \
    }                                                                                          \
    RINGSIM_ENTRY(__tsan_atomic##bits##_compare_exchange_weak);                                \
    int ringsim_at___tsan_atomic##bits##_compare_exchange_weak(                                \
        volatile void* a, std::uint##bits##_t* e, std::uint##bits##_t v, int s, int f) {       \
        RINGSIM_ACCESS(a);                                                                     \
        return compare_exchange_into(a, e, v, s, f, true);                                     \
    }                                                                                          \
    RINGSIM_ENTRY(__tsan_atomic##bits##_compare_exchange_val);                                 \
    std::uint##bits##_t ringsim_at___tsan_atomic##bits##_compare_exchange_val(                 \
        volatile void* a, std::uint##bits##_t e, std::uint##bits##_t v, int s, int f) {        \
        RINGSIM_ACCESS(a);                                                                     \
        return compare_exchange<std::uint##bits##_t>(a, e, v, s, f);                           \
    }
RINGSIM_ATOMIC(8)
RINGSIM_ATOMIC(16)
RINGSIM_ATOMIC(32)
RINGSIM_ATOMIC(64)

// Programs link, and are refused only when they come here. They are declared without their
// arguments: nobody looks at these.
#define RINGSIM_TOO_WIDE(name)       \
    void __tsan_atomic128_##name() { \
        RINGSIM_ENTER;               \
        fail_wide();                 \
    }
RINGSIM_TOO_WIDE(load)
RINGSIM_TOO_WIDE(store)
RINGSIM_TOO_WIDE(exchange)
RINGSIM_TOO_WIDE(fetch_add)
RINGSIM_TOO_WIDE(fetch_sub)
RINGSIM_TOO_WIDE(fetch_and)
RINGSIM_TOO_WIDE(fetch_or)
RINGSIM_TOO_WIDE(fetch_xor)
RINGSIM_TOO_WIDE(fetch_nand)
RINGSIM_TOO_WIDE(compare_exchange_strong)
RINGSIM_TOO_WIDE(compare_exchange_weak)
RINGSIM_TOO_WIDE(compare_exchange_val)

// Of a width that the call says: what clang makes of a structure in a std::atomic, whose alignment
// it does not trust.
RINGSIM_ENTRY(ringsim___atomic_load);
void ringsim_at_ringsim___atomic_load(std::size_t bytes, const volatile void* a, void* to, int o) {
    RINGSIM_ACCESS(a);
    with_width(bytes, a, [&](auto width) { give_to(to, loaded<decltype(width)>(a, o)); });
}
void ringsim___atomic_store(std::size_t bytes, volatile void* a, const void* from, int o) {
    RINGSIM_ACCESS(a);
    with_width(bytes, a, [&](auto width) { stored(a, value_at<decltype(width)>(from), o); });
}
RINGSIM_ENTRY(ringsim___atomic_exchange);
void ringsim_at_ringsim___atomic_exchange(std::size_t bytes, volatile void* a, const void* from,
                                          void* to, int o) {
    RINGSIM_ACCESS(a);
    if (running()) visit(a, reinterpret_cast<std::uintptr_t>(from));
    with_width(bytes, a, [&](auto width) {
        give_to(to, changed(a, rmw_op::exchange, value_at<decltype(width)>(from), o));
    });
}
RINGSIM_ENTRY(ringsim___atomic_compare_exchange);
bool ringsim_at_ringsim___atomic_compare_exchange(std::size_t bytes, volatile void* a,
                                                  void* expected, const void* from, int s, int f) {
    RINGSIM_ACCESS(a);
    if (running()) visit(a, reinterpret_cast<std::uintptr_t>(expected));
    bool done = false;
    with_width(bytes, a, [&](auto width) {
        using value = decltype(width);
        const auto wanted = value_at<value>(expected);
        const auto found = exchange_expected(a, wanted, value_at<value>(from), s, f);
        done = found == wanted;
        if (!done) give_to(expected, found);
    });
    return done;
}

void __tsan_atomic_thread_fence(int o) {
    RINGSIM_ENTER;
    if (!running()) return;
    active->refuse_foreign_atomic();
    active->fence(order_of(o));
}
// Between a thread and its own signal handlers, of which there are none.
void __tsan_atomic_signal_fence(int) {}

}  // extern "C"
// NOLINTEND
