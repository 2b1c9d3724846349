// Functions of <string.h> and conversions of strings, as the program under check sees them.
//
// A program under check that calls NAME is linked to ringsim_NAME (library_symbols.cpp). Each
// function here first reports what the library's function reads, then calls the library's own for
// the result; where it writes, it reports that in front of the write (library_reads.hpp). So the
// result is the library's, and races are found by the reports.
//
// Sources: ISO C, "String handling" and "Numeric conversion functions", and POSIX for what C does
// not have. Where they say where a function stops reading (memchr(), strncmp(), strnlen()) no byte
// behind that is reported: another thread may write there and races with nobody. Where they leave
// it open how far the function looks, as for strstr(), the whole string is read, with its end: the
// library may do so, and the program must allow for it.
#include <strings.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// The string of `n` bytes from `from`, and an end behind it, which is added: it need not be in
// `from` (strncat() and strndup() cut strings at `most`). Returns `to`.
char* append(char* to, const char* from, std::size_t n, std::size_t most = SIZE_MAX) {
    may_not_overlap(to, n + 1, from, n < most ? n + 1 : n);
    writes(to, n + 1);
    std::memmove(to, from, n);
    to[n] = 0;
    return to;
}

// At most `n` bytes of the string, and zeros behind it up to as many. Returns how many it has.
std::size_t fill(char* to, const char* from, std::size_t n) {
    const std::size_t length = reads_string(from, n);
    may_not_overlap(to, n, from, length);
    writes(to, n);
    std::memmove(to, from, length);
    std::memset(to + length, 0, n - length);
    return length;
}

// Of memory, whose bytes need be no string.
const char* bytes_of(const void* memory) {
    return static_cast<const char*>(memory);
}

// With the alignment of malloc(), from which the program takes the string, and to which it gives it
// back by free().
char* duplicate(const char* s, std::size_t most) {
    const std::size_t n = reads_string(s, most);
    return append(static_cast<char*>(allocate(n + 1, 16)), s, n, most);
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// Here the first byte that differs ends the comparison, so what is behind it may be written
// meanwhile, or may be no string at all.
int ringsim_strcmp(const char* a, const char* b) {
    RINGSIM_ENTER;
    return reads_until_different(a, b, SIZE_MAX, true);
}
int ringsim_strncmp(const char* a, const char* b, std::size_t n) {
    RINGSIM_ENTER;
    return reads_until_different(a, b, n, true);
}
// Without regard to case, which depends on the locale: both are read to their ends, more than
// strcmp() reads.
int ringsim_strcasecmp(const char* a, const char* b) {
    RINGSIM_ENTER;
    reads_string(a, SIZE_MAX);
    reads_string(b, SIZE_MAX);
    return ::strcasecmp(a, b);
}
// Of each at most `n` bytes, or up to its end.
int ringsim_strncasecmp(const char* a, const char* b, std::size_t n) {
    RINGSIM_ENTER;
    reads_string(a, n);
    reads_string(b, n);
    return ::strncasecmp(a, b, n);
}
std::size_t ringsim_strlen(const char* s) {
    RINGSIM_ENTER;
    return reads_string(s, SIZE_MAX);
}
std::size_t ringsim_strnlen(const char* s, std::size_t most) {
    RINGSIM_ENTER;
    return reads_string(s, most);
}
char* ringsim_strchr(const char* s, int c) {
    RINGSIM_ENTER;
    return const_cast<char*>(reads_until(s, static_cast<char>(c), SIZE_MAX, true));
}
char* ringsim_index(const char* s, int c) {
    RINGSIM_ENTER;
    return const_cast<char*>(reads_until(s, static_cast<char>(c), SIZE_MAX, true));
}
// The string has been read to its end when `c` was not found, so where it ends is no news.
char* ringsim_strchrnul(const char* s, int c) {
    RINGSIM_ENTER;
    const char* const found = reads_until(s, static_cast<char>(c), SIZE_MAX, true);
    return const_cast<char*>(found ? found : s + std::strlen(s));
}
// Without a limit: it is the caller's affair that the byte is there.
void* ringsim_rawmemchr(const void* s, int c) {
    RINGSIM_ENTER;
    return const_cast<char*>(reads_until(bytes_of(s), static_cast<char>(c), SIZE_MAX, false));
}
// The last one is known only when the end has been seen.
char* ringsim_strrchr(const char* s, int c) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    return const_cast<char*>(std::strrchr(s, c));
}
char* ringsim_rindex(const char* s, int c) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    return const_cast<char*>(std::strrchr(s, c));
}
char* ringsim_strstr(const char* s, const char* part) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    reads_string(part, SIZE_MAX);
    return const_cast<char*>(std::strstr(s, part));
}
char* ringsim_strcasestr(const char* s, const char* part) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    reads_string(part, SIZE_MAX);
    return const_cast<char*>(::strcasestr(s, part));
}
// C lets these stop at the first byte that decides; both strings are read to their ends all the
// same.
std::size_t ringsim_strspn(const char* s, const char* of) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    reads_string(of, SIZE_MAX);
    return std::strspn(s, of);
}
std::size_t ringsim_strcspn(const char* s, const char* of) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    reads_string(of, SIZE_MAX);
    return std::strcspn(s, of);
}
// Copies. What is read is reported before what is written, in the order of a loop that reads a byte
// in front of each write; that the two overlap is an error of the program.
char* ringsim_strcpy(char* to, const char* from) {
    RINGSIM_ENTER;
    return append(to, from, reads_string(from, SIZE_MAX));
}
char* ringsim_stpcpy(char* to, const char* from) {
    RINGSIM_ENTER;
    const std::size_t n = reads_string(from, SIZE_MAX);
    return append(to, from, n) + n;
}
// All `n` bytes of `to` are written: C fills up with zeros what the string leaves over, and writes
// no end where it leaves nothing over.
char* ringsim_strncpy(char* to, const char* from, std::size_t n) {
    RINGSIM_ENTER;
    fill(to, from, n);
    return to;
}
char* ringsim_stpncpy(char* to, const char* from, std::size_t n) {
    RINGSIM_ENTER;
    return to + fill(to, from, n);
}
// The string that is there is read to its end, which is where the other one goes, and overwritten
// from its end on.
char* ringsim_strcat(char* to, const char* from) {
    RINGSIM_ENTER;
    const std::size_t before = reads_string(to, SIZE_MAX);
    append(to + before, from, reads_string(from, SIZE_MAX));
    return to;
}
// At most `n` bytes and an end: up to n + 1 bytes are written behind the string that is there.
char* ringsim_strncat(char* to, const char* from, std::size_t n) {
    RINGSIM_ENTER;
    const std::size_t before = reads_string(to, SIZE_MAX);
    append(to + before, from, reads_string(from, n), n);
    return to;
}
char* ringsim_strdup(const char* s) {
    RINGSIM_ENTER;
    return duplicate(s, SIZE_MAX);
}
char* ringsim_strndup(const char* s, std::size_t n) {
    RINGSIM_ENTER;
    return duplicate(s, n);
}
char* ringsim_strpbrk(const char* s, const char* of) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    reads_string(of, SIZE_MAX);
    return const_cast<char*>(std::strpbrk(s, of));
}
// The pointer of the caller is read and written as memory of the program: two threads may share
// one. It is written at each call but the one that finds it null, and is null after the last part.
char* ringsim_strsep(char** rest, const char* of) {
    RINGSIM_ENTER;
    reads(rest, sizeof *rest);
    char* const s = *rest;
    if (!s) return nullptr;
    reads_string(of, SIZE_MAX);
    reads_string(s, SIZE_MAX);
    char* const behind = s + std::strcspn(s, of);
    char* const next = *behind ? behind + 1 : nullptr;
    if (next) {
        writes(behind, 1);
        *behind = 0;
    }
    writes(rest, sizeof *rest);
    *rest = next;
    return s;
}
// As strsep(), but delimiters in front of a part are passed over, and at the end null is left
// behind, so that the next call has no part. strtok() itself has no model, for its pointer is the
// library's: libc.cpp refuses it.
char* ringsim_strtok_r(char* s, const char* of, char** rest) {
    RINGSIM_ENTER;
    if (!s) {
        reads(rest, sizeof *rest);
        s = *rest;
    }
    if (!s) return nullptr;
    reads_string(of, SIZE_MAX);
    reads_string(s, SIZE_MAX);
    s += std::strspn(s, of);
    char* const behind = s + std::strcspn(s, of);
    char* const next = *behind ? behind + 1 : nullptr;
    const bool found = behind != s;
    if (next) {
        writes(behind, 1);
        *behind = 0;
    }
    writes(rest, sizeof *rest);
    *rest = next;
    return found ? s : nullptr;
}
void* ringsim_memchr(const void* s, int c, std::size_t n) {
    RINGSIM_ENTER;
    return const_cast<char*>(reads_until(bytes_of(s), static_cast<char>(c), n, false));
}
// From the end: how far is open, so all of it is read. So are both of memmem().
void* ringsim_memrchr(const void* s, int c, std::size_t n) {
    RINGSIM_ENTER;
    reads(s, n);
    return const_cast<void*>(::memrchr(s, c, n));
}
void* ringsim_memmem(const void* s, std::size_t n, const void* part, std::size_t size) {
    RINGSIM_ENTER;
    reads(s, n);
    reads(part, size);
    return ::memmem(s, n, part, size);
}
// Nothing behind the byte is copied, which is all that distinguishes it from memcpy().
void* ringsim_memccpy(void* to, const void* from, int c, std::size_t n) {
    RINGSIM_ENTER;
    const char* const last = reads_until(bytes_of(from), static_cast<char>(c), n, false);
    const std::size_t copied = last ? static_cast<std::size_t>(last - bytes_of(from)) + 1 : n;
    writes(to, copied);
    std::memmove(to, from, copied);
    return last ? static_cast<char*>(to) + copied : nullptr;
}
// Of these C says that they compare all `n` bytes; the library may look at any of them in any
// order. Some may be between the members of a structure, and unwritten for that; all are not.
int ringsim_memcmp(const void* a, const void* b, std::size_t n) {
    RINGSIM_ENTER;
    compares(a, n);
    compares(b, n);
    return std::memcmp(a, b, n);
}
int ringsim_bcmp(const void* a, const void* b, std::size_t n) {
    RINGSIM_ENTER;
    compares(a, n);
    compares(b, n);
    return std::memcmp(a, b, n);
}
// In the C locale, the only one here, order is that of the bytes. Where the library stops is open,
// so all of both is read.
int ringsim_strcoll(const char* a, const char* b) {
    RINGSIM_ENTER;
    reads_string(a, SIZE_MAX);
    reads_string(b, SIZE_MAX);
    return std::strcmp(a, b);
}
std::size_t ringsim_strxfrm(char* to, const char* from, std::size_t room) {
    RINGSIM_ENTER;
    const std::size_t n = reads_string(from, SIZE_MAX);
    const std::size_t copied = std::min(n + 1, room);
    writes(to, copied);
    std::memcpy(to, from, copied);
    return n;
}
int ringsim_strverscmp(const char* a, const char* b) {
    RINGSIM_ENTER;
    reads_string(a, SIZE_MAX);
    reads_string(b, SIZE_MAX);
    return ::strverscmp(a, b);
}
// They stop at the first character that is no digit, but have to be given a string, which is read
// to its end.
int ringsim_atoi(const char* s) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    return std::atoi(s);
}
long ringsim_atol(const char* s) {
    RINGSIM_ENTER;
    reads_string(s, SIZE_MAX);
    return std::atol(s);
}
// Those that say where they stopped write that into the caller's pointer, behind the reads.
#define RINGSIM_CONVERTS(type, name, convert)                  \
    type ringsim_##name(const char* s, char** end, int base) { \
        RINGSIM_ENTER;                                         \
        reads_string(s, SIZE_MAX);                             \
        char* behind = nullptr;                                \
        const type value = convert(s, &behind, base);          \
        if (end) {                                             \
            writes(end, sizeof *end);                          \
            *end = behind;                                     \
        }                                                      \
        return value;                                          \
    }
RINGSIM_CONVERTS(long, strtol, std::strtol)
RINGSIM_CONVERTS(unsigned long, strtoul, std::strtoul)
RINGSIM_CONVERTS(long long, strtoll, std::strtoll)
RINGSIM_CONVERTS(unsigned long long, strtoull, std::strtoull)

}  // extern "C"
// NOLINTEND
