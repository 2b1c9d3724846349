// How models of library functions read and write the program's memory.
#pragma once

#include <cstddef>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

// Where the caller of a model goes on. Its stack pointer is noted: the program has no variable
// below.
inline const void* called_from(const void* pc, const void* frame) {
    if (running()) active->note_call(pc, static_cast<const char*>(frame) + 2 * sizeof(void*));
    return pc;
}
// For a model itself, which its caller has called without detour.
#define RINGSIM_CALLER \
    ::ringsim::sim::check::called_from(__builtin_return_address(0), __builtin_frame_address(0))

inline void reads(const void* address, std::size_t bytes, const void* pc) {
    if (!running() || bytes == 0) return;
    active->check_call(address, pc);
    active->plain_load(static_cast<char*>(const_cast<void*>(address)), bytes, pc);
}

inline void writes(void* address, std::size_t bytes, const void* pc) {
    if (!running() || bytes == 0) return;
    active->check_call(address, pc);
    // The compiler has reported a structure's initialisation before it calls memset() for it.
    active->forget_reported_store(static_cast<const char*>(address), bytes);
    active->library_store(static_cast<char*>(address), bytes, pc);
}

// Reads a string with its end, byte by byte as a program would; at most `most` bytes of it.
inline std::size_t reads_string(const char* s, std::size_t most, const void* pc) {
    for (std::size_t i = 0; i < most; ++i) {
        reads(s + i, 1, pc);
        if (s[i] == 0) return i;
    }
    return most;
}

}  // namespace ringsim::sim::check
