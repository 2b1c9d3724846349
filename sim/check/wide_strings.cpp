// Functions of <wchar.h> on strings and arrays, which std::wstring is made of: as those of char in
// strings.cpp, each character of four bytes.
#include <cstdint>
#include <cwchar>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// What is read is reported before what is written: see library_reads.hpp.
wchar_t* copied(wchar_t* to, const wchar_t* from, std::size_t n) {
    reads(from, n * sizeof *from);
    writes(to, n * sizeof *to);
    return std::wmemmove(to, from, n);
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// Below, SIZE_MAX is for as many characters as there are; `true` says that the end of a string ends
// the reading, and `false` that it is an array, in which a zero is like other characters.
std::size_t ringsim_wcslen(const wchar_t* s) {
    RINGSIM_ENTER;
    return reads_string(s, SIZE_MAX);
}
std::size_t ringsim_wcsnlen(const wchar_t* s, std::size_t most) {
    RINGSIM_ENTER;
    return reads_string(s, most);
}
int ringsim_wcscmp(const wchar_t* a, const wchar_t* b) {
    RINGSIM_ENTER;
    return reads_until_different(a, b, SIZE_MAX, true);
}
int ringsim_wcsncmp(const wchar_t* a, const wchar_t* b, std::size_t n) {
    RINGSIM_ENTER;
    return reads_until_different(a, b, n, true);
}
wchar_t* ringsim_wcschr(const wchar_t* s, wchar_t c) {
    RINGSIM_ENTER;
    return const_cast<wchar_t*>(reads_until(s, c, SIZE_MAX, true));
}
wchar_t* ringsim_wcscpy(wchar_t* to, const wchar_t* from) {
    RINGSIM_ENTER;
    return copied(to, from, reads_string(from, SIZE_MAX) + 1);
}
wchar_t* ringsim_wcscat(wchar_t* to, const wchar_t* from) {
    RINGSIM_ENTER;
    copied(to + reads_string(to, SIZE_MAX), from, reads_string(from, SIZE_MAX) + 1);
    return to;
}
int ringsim_wmemcmp(const wchar_t* a, const wchar_t* b, std::size_t n) {
    RINGSIM_ENTER;
    return reads_until_different(a, b, n, false);
}
wchar_t* ringsim_wmemchr(const wchar_t* s, wchar_t c, std::size_t n) {
    RINGSIM_ENTER;
    return const_cast<wchar_t*>(reads_until(s, c, n, false));
}
wchar_t* ringsim_wmemcpy(wchar_t* to, const wchar_t* from, std::size_t n) {
    RINGSIM_ENTER;
    return copied(to, from, n);
}
wchar_t* ringsim_wmemmove(wchar_t* to, const wchar_t* from, std::size_t n) {
    RINGSIM_ENTER;
    return copied(to, from, n);
}
wchar_t* ringsim_wmemset(wchar_t* to, wchar_t c, std::size_t n) {
    RINGSIM_ENTER;
    writes(to, n * sizeof *to);
    return std::wmemset(to, c, n);
}

}  // extern "C"
// NOLINTEND
