// How models of library functions read and write the program's memory.
//
// The library itself is not compiled with reports, so a model says in the function's place what it
// reads and writes: before it does so, for another thread may run in between, and what is read must
// be what the execution at hand has there. A model that reports less than the function does misses
// races; one that reports more makes them up. Outside of an exploration there is nothing to report,
// and each of these does nothing.
#pragma once

#include <cstddef>
#include <string>

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

// C lets memmove() alone be given what overlaps. Compilers have an object copied to itself, which
// is no error.
inline void may_not_overlap(const void* to, std::size_t written, const void* from,
                            std::size_t read) {
    const auto a = reinterpret_cast<std::uintptr_t>(to);
    const auto b = reinterpret_cast<std::uintptr_t>(from);
    if (running() && a != b && a < b + read && b < a + written)
        active->fail("memory is copied to where it overlaps with itself");
}

// The number in an object of attributes (attributes.cpp).
int attribute(const void* object);

// Strings, of characters of one byte or more: character by character, as a program would read them.
//
// Reads a string with its end; at most `most` characters of it. Returns its length without the end.
// What is behind the end is not touched, and races with nobody.
template <class Character>
std::size_t reads_string(const Character* s, std::size_t most) {
    for (std::size_t i = 0; i < most; ++i) {
        computes_with(s + i, sizeof *s);
        if (s[i] == 0) return i;
    }
    return most;
}

// Reads as far as to the first one that is `c`, and no further, which is how C defines memchr().
// The test for `c` comes before that for the end of a string: strchr(s, 0) finds the end. nullptr:
// there is none.
template <class Character>
const Character* reads_until(const Character* s, Character c, std::size_t most, bool ends_at_null) {
    for (std::size_t i = 0; i < most; ++i) {
        computes_with(s + i, sizeof *s);
        if (s[i] == c) return s + i;
        if (ends_at_null && s[i] == 0) return nullptr;
    }
    return nullptr;
}

// Both are read as far as they are alike, up to and with the first one that differs, or their ends.
// As strcmp() returns it: less than, equal to or greater than 0.
template <class Character>
int reads_until_different(const Character* a, const Character* b, std::size_t most,
                          bool ends_at_null) {
    using traits = std::char_traits<Character>;
    for (std::size_t i = 0; i < most; ++i) {
        // That of `a` is kept: it was right when it was reported. While that of `b` is reported
        // other threads may run, and memory belongs to them then.
        computes_with(a + i, sizeof *a);
        const Character was = a[i];
        computes_with(b + i, sizeof *b);
        const Character other = b[i];
        if (!traits::eq(was, other)) return traits::lt(was, other) ? -1 : 1;
        if (ends_at_null && was == 0) return 0;
    }
    return 0;
}

}  // namespace ringsim::sim::check
