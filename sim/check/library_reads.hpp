// How models of library functions read and write the program's memory.
#pragma once

#include <cstddef>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

inline void reads(const void* address, std::size_t bytes) {
    if (!running() || bytes == 0) return;
    active->check_frame(address);
    active->plain_load(static_cast<char*>(const_cast<void*>(address)), bytes);
}

// Of at most 8 bytes, which the function looks at and does not only copy.
inline void computes_with(const void* address, std::size_t bytes) {
    if (!running() || bytes == 0) return;
    active->check_frame(address);
    active->value_load(static_cast<char*>(const_cast<void*>(address)), bytes);
}

inline void writes(void* address, std::size_t bytes) {
    if (!running() || bytes == 0) return;
    active->check_frame(address);
    // The compiler has reported a structure's initialisation before it calls memset() for it.
    active->forget_reported_store(static_cast<const char*>(address), bytes);
    active->library_store(static_cast<char*>(address), bytes);
}

// Reads a string with its end, byte by byte as a program would; at most `most` bytes of it.
inline std::size_t reads_string(const char* s, std::size_t most) {
    for (std::size_t i = 0; i < most; ++i) {
        computes_with(s + i, 1);
        if (s[i] == 0) return i;
    }
    return most;
}

}  // namespace ringsim::sim::check
