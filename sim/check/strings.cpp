// Functions of <string.h> and conversions of strings, as the program under check sees them.
#include <strings.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// Both are read as far as they are alike.
void reads_until_different(const char* a, const char* b, std::size_t most) {
    for (std::size_t i = 0; i < most; ++i) {
        computes_with(a + i, 1);
        const char was = a[i];
        computes_with(b + i, 1);
        if (was != b[i] || was == 0) return;
    }
}

// As far as to the first byte that is `c`, which C has memchr() and its like read to.
const char* reads_until(const void* s, int c, std::size_t most, bool ends_at_null) {
    const char* at = static_cast<const char*>(s);
    for (std::size_t i = 0; i < most; ++i, ++at) {
        computes_with(at, 1);
        if (*at == static_cast<char>(c)) return at;
        if (ends_at_null && *at == 0) return nullptr;
    }
    return nullptr;
}

char* append(char* to, const char* from, std::size_t n) {
    writes(to, n + 1);
    std::memmove(to, from, n);
    to[n] = 0;
    return to;
}

char* duplicate(const char* s, std::size_t most) {
    const std::size_t n = reads_string(s, most);
    return append(static_cast<char*>(allocate(n + 1, 16)), s, n);
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

int ringsim_strcmp(const char* a, const char* b) {
    RINGSIM_ENTER;
    reads_until_different(a, b, SIZE_MAX);
    return std::strcmp(a, b);
}
int ringsim_strncmp(const char* a, const char* b, std::size_t n) {
    RINGSIM_ENTER;
    reads_until_different(a, b, n);
    return std::strncmp(a, b, n);
}
int ringsim_strcasecmp(const char* a, const char* b) {
    RINGSIM_ENTER;
    reads_string(a, SIZE_MAX);
    reads_string(b, SIZE_MAX);
    return ::strcasecmp(a, b);
}
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
    return const_cast<char*>(reads_until(s, c, SIZE_MAX, true));
}
char* ringsim_index(const char* s, int c) {
    RINGSIM_ENTER;
    return const_cast<char*>(reads_until(s, c, SIZE_MAX, true));
}
char* ringsim_strchrnul(const char* s, int c) {
    RINGSIM_ENTER;
    const char* const found = reads_until(s, c, SIZE_MAX, true);
    return const_cast<char*>(found ? found : s + std::strlen(s));
}
void* ringsim_rawmemchr(const void* s, int c) {
    RINGSIM_ENTER;
    return const_cast<char*>(reads_until(s, c, SIZE_MAX, false));
}
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
char* ringsim_strcpy(char* to, const char* from) {
    RINGSIM_ENTER;
    return append(to, from, reads_string(from, SIZE_MAX));
}
char* ringsim_stpcpy(char* to, const char* from) {
    RINGSIM_ENTER;
    const std::size_t n = reads_string(from, SIZE_MAX);
    return append(to, from, n) + n;
}
char* ringsim_strncpy(char* to, const char* from, std::size_t n) {
    RINGSIM_ENTER;
    const std::size_t length = reads_string(from, n);
    writes(to, n);
    std::memmove(to, from, length);
    std::memset(to + length, 0, n - length);
    return to;
}
char* ringsim_strcat(char* to, const char* from) {
    RINGSIM_ENTER;
    const std::size_t before = reads_string(to, SIZE_MAX);
    append(to + before, from, reads_string(from, SIZE_MAX));
    return to;
}
char* ringsim_strncat(char* to, const char* from, std::size_t n) {
    RINGSIM_ENTER;
    const std::size_t before = reads_string(to, SIZE_MAX);
    append(to + before, from, reads_string(from, n));
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
    return const_cast<char*>(reads_until(s, c, n, false));
}
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
void* ringsim_memccpy(void* to, const void* from, int c, std::size_t n) {
    RINGSIM_ENTER;
    const char* const last = reads_until(from, c, n, false);
    const std::size_t copied =
        last ? static_cast<std::size_t>(last - static_cast<const char*>(from)) + 1 : n;
    writes(to, copied);
    std::memmove(to, from, copied);
    return last ? static_cast<char*>(to) + copied : nullptr;
}
int ringsim_memcmp(const void* a, const void* b, std::size_t n) {
    RINGSIM_ENTER;
    reads(a, n);
    reads(b, n);
    return std::memcmp(a, b, n);
}
int ringsim_bcmp(const void* a, const void* b, std::size_t n) {
    RINGSIM_ENTER;
    reads(a, n);
    reads(b, n);
    return std::memcmp(a, b, n);
}
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
#define RINGSIM_CONVERTS(type, name, convert)                  \
    type ringsim_##name(const char* s, char** end, int base) { \
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
