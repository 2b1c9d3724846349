// What a Rust program calls. Its threads and locks are those of sim/check/headers/rust_std.inc, on
// POSIX's functions; what is left is how it begins, allocates and panics. Names of Rust's own are
// bound in sim/check/library_symbols.cpp.
//
// A panic is a violation and ends the execution: programs are compiled with panic=abort, so nothing
// unwinds and nothing catches it. Every allocation comes with its alignment, and is given back with
// its size, which is not needed.
#include <unwind.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// The innermost of the program's own frames: the others are the library's. Called for each frame
// outwards, until it says stop.
_Unwind_Reason_Code look_for_frame(_Unwind_Context* at, void* found) {
    const auto* const pc = reinterpret_cast<const void*>(_Unwind_GetIP(at));
    if (!active->in_own_code(pc)) return _URC_NO_REASON;
    *static_cast<const void**>(found) = pc;
    return _URC_NORMAL_STOP;
}

// A thread-local variable, where the compiler calls for its address; its name in GCC and LLVM,
// whose layout this is (emutls).
struct emulated_variable {
    std::size_t bytes;
    std::size_t alignment;
    void* unused;
    const char* initial;  // nullptr: zeroes
};

constexpr unsigned vtable_call = 5;  // drop, size, alignment, call_once, call_mut, call

}  // namespace

// NOLINTBEGIN: names that are bound to Rust's
extern "C" {

// std::rt::lang_start_internal(&dyn Fn() -> i32, ...): without its handlers of signals. A reference
// to a dyn object is two words: the object, and its table of functions.
long ringsim_rust_start(void* closure, void** vtable) {
    return reinterpret_cast<int (*)(void*)>(vtable[vtable_call])(closure);
}
// What is printed goes nowhere, like all output here; it is made, by code of the library that is
// compiled with the program, and read.
void ringsim_rust_printed(const char* text, std::size_t length) {
    RINGSIM_ENTER;
    reads(text, length);
}
// What macros print that std has expanded itself (dbg!()) is not made.
void ringsim_rust_print(const void*) {}
void ringsim_rust_eprint(const void*) {}  // objcopy gives no two names the same new one
void ringsim_rust_print_error(const void*) {}

// A vector's capacity and address become others. The library's own function does it, whose calls of
// the allocator arrive here; what it finds in the vector and puts there is told for it.
void ringsim_rust_grow(void* vector, void (*library)(void*)) {
    RINGSIM_ENTER;
    char before[2 * sizeof(void*)];
    char grown[sizeof before];
    reads(vector, sizeof before);
    std::memcpy(before, vector, sizeof before);
    library(vector);
    std::memcpy(grown, vector, sizeof before);
    std::memcpy(vector, before, sizeof before);
    writes(vector, sizeof before);
    std::memcpy(vector, grown, sizeof before);
}

// The place is that of the program's own code which called the library, if there is one on the
// stack.
[[noreturn]] void ringsim_rust_panicked(const char* message, std::size_t length) {
    RINGSIM_ENTER;
    const std::string what = "panicked: " + std::string(message, length);
    if (!running()) fail(what);
    const void* own_code = here.pc;
    _Unwind_Backtrace(look_for_frame, &own_code);
    const entry at(own_code);
    active->fail(what);
}

void* ringsim_rust_alloc(std::size_t bytes, std::size_t alignment) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment);
}
void* ringsim_rust_alloc_zeroed(std::size_t bytes, std::size_t alignment) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment, true);
}
void ringsim_rust_dealloc(void* address, std::size_t, std::size_t) {
    RINGSIM_ENTER;
    release(address);
}
// As realloc() in libc.cpp: it always moves, so that whoever kept the old address is found. The
// sizes are known here.
void* ringsim_rust_realloc(void* old, std::size_t before, std::size_t alignment,
                           std::size_t bytes) {
    RINGSIM_ENTER;
    void* const address = allocate(bytes, alignment);
    const std::size_t n = std::min(before, bytes);
    reads(old, n);
    writes(address, n);
    std::memcpy(address, old, n);
    release(old);
    return address;
}
void ringsim_rust_nothing() {}

struct ringsim_rust_keys {
    std::uint64_t first;
    std::uint64_t second;
};
// Of hash maps: the same in each execution, and so is the order in which one is gone through.
ringsim_rust_keys ringsim_rust_random_keys() {
    return {1, 2};
}

// rustc's own code for thread-local variables fits into no shared object that is loaded late, so it
// is told to emulate them: each thread has its own copy on the heap, made when it first asks
// (ringsim___emutls_get_address is what the code calls). Which copies a thread has is part of what
// it has for itself.
void* ringsim___emutls_get_address(const emulated_variable* v) {
    RINGSIM_ENTER;
    if (v->bytes == 0)
        active->refuse(2,
                       "a thread-local variable of Rust's library is used, which is not modelled");
    if (!running()) return allocate(v->bytes, v->alignment, true);
    void*& mine = active->emulated_variables()[v];
    if (mine) return mine;
    mine = allocate(v->bytes, v->alignment, true);
    if (!v->initial) return mine;
    // The initial value is constant; it is the thread that writes it into its copy.
    writes(mine, v->bytes);
    std::memcpy(mine, v->initial, v->bytes);
    return mine;
}

}  // extern "C"
// NOLINTEND
