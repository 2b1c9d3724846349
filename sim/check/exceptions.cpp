// Exceptions of a program under check. The library's own code throws and catches them, and unwinds
// the stack of the thread by the tables of the program. Which exceptions a thread has in flight is
// in the library's memory, and put aside when another thread runs (swap_exceptions(), threads.cpp).
//
// The memory of exceptions is of the program's heap, so that an exception that is stored is at the
// same address each time an execution is repeated. It is never given back, for the library counts
// who holds it while threads are started over: a thread that is left in the middle would never give
// its share back, and one that runs again would give it back twice. For the same reason the
// exception's destructor is not handed to the library.
#include <cxxabi.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <typeinfo>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

namespace {

// __cxa_refcounted_exception of libstdc++ on x86-64. The library fills in the parts that it needs,
// and finds the rest zero.
constexpr std::size_t header_bytes = 128;  // of the library, in front of the exception

// The exception has been written where it is made, in part by constructors in the library, which
// report nothing: others that come to it, by a std::exception_ptr, are to see that. So all of it is
// stored once more, with reports, eight bytes at a time.
void publish(void* exception) {
    if (!running() || !is_of_heap(exception)) return;
    char* const at = static_cast<char*>(exception);
    const std::size_t bytes = active->size_of(at - header_bytes) - header_bytes;
    for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
        const std::size_t size = std::min(bytes - i, sizeof(std::uint64_t));
        std::uint64_t value = 0;
        std::memcpy(&value, at + i, size);
        active->store_now(at + i, static_cast<unsigned>(size), value);
    }
}

}  // namespace

// NOLINTBEGIN: names that the ABI chose
extern "C" {

void* ringsim___cxa_allocate_exception(std::size_t bytes) {
    RINGSIM_ENTER;
    // Before main() nothing is started over, and the library's memory is good.
    if (!running()) return abi::__cxa_allocate_exception(bytes);
    char* const room = static_cast<char*>(active->allocate(bytes + header_bytes, 16));
    std::memset(room, 0, header_bytes);
    return room + header_bytes;
}
void ringsim___cxa_free_exception(void* exception) {
    if (!is_of_heap(exception)) abi::__cxa_free_exception(exception);
}
[[noreturn]] void ringsim___cxa_throw(void* exception, void* type, void (*destructor)(void*)) {
    RINGSIM_ENTER;
    // Where a trace says that it was thrown: what is executed from here on is the library's code.
    if (running()) active->throws_here();
    publish(exception);
    abi::__cxa_throw(exception, static_cast<std::type_info*>(type),
                     is_of_heap(exception) ? nullptr : destructor);
}
void* ringsim___cxa_init_primary_exception(void* exception, std::type_info* type,
                                           void (*destructor)(void*)) {
    return abi::__cxa_init_primary_exception(exception, type,
                                             is_of_heap(exception) ? nullptr : destructor);
}

// Of std::make_exception_ptr(), which throws nothing: the library's constructor, found behind ours.
void ringsim__ZNSt15__exception_ptr13exception_ptrC1EPv(void* pointer, void* exception) {
    RINGSIM_ENTER;
    publish(exception);
    static const auto of_library = reinterpret_cast<void (*)(void*, void*)>(
        dlsym(RTLD_NEXT, "_ZNSt15__exception_ptr13exception_ptrC1EPv"));
    of_library(pointer, exception);
}

// The library calls this one when nobody holds an exception any longer: ours stands in front of the
// library's own, because the program that loads it comes first in the search for a name. Memory of
// the program's heap stays; what the library allocated goes back to it.
__attribute__((visibility("default"))) void __cxa_free_exception(void* exception) noexcept {
    if (is_of_heap(exception)) return;
    static const auto of_library =
        reinterpret_cast<void (*)(void*)>(dlsym(RTLD_NEXT, "__cxa_free_exception"));
    of_library(exception);
}

}  // extern "C"
// NOLINTEND
