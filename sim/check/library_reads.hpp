// How models of library functions read and write the program's memory.
//
// The library itself is not compiled with reports, so a model says in the function's place what it
// reads and writes: before it does so, for another thread may run in between, and what is read must
// be what the execution at hand has there. A model that reports less than the function does misses
// races; one that reports more makes them up. Outside of an exploration there is nothing to report,
// and each of these does nothing.
#pragma once

#include <cstddef>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

// A range that is copied, whatever is in it: bytes that nobody has written are no error yet.
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

// Of any size: the function looks at all of it.
inline void compares(const void* address, std::size_t bytes) {
    if (!running() || bytes == 0) return;
    active->check_frame(address);
    active->compared_load(static_cast<char*>(const_cast<void*>(address)), bytes);
}

// In front of the write. Where the library has written already, its result has to be kept and
// written once more behind this: see scan() in sim/check/scanning.cpp.
inline void writes(void* address, std::size_t bytes) {
    if (!running() || bytes == 0) return;
    active->check_frame(address);
    // The compiler has reported a structure's initialisation before it calls memset() for it.
    active->forget_reported_store(static_cast<const char*>(address), bytes);
    active->library_store(static_cast<char*>(address), bytes);
}

// Reads a string with its end, byte by byte as a program would; at most `most` bytes of it. Returns
// its length without the end. What is behind the end is not touched, and races with nobody.
inline std::size_t reads_string(const char* s, std::size_t most) {
    for (std::size_t i = 0; i < most; ++i) {
        computes_with(s + i, 1);
        if (s[i] == 0) return i;
    }
    return most;
}

}  // namespace ringsim::sim::check
