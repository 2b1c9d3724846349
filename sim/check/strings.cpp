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
void reads_until_different(const char* a, const char* b, std::size_t most, const void* pc) {
    for (std::size_t i = 0; i < most; ++i) {
        reads(a + i, 1, pc);
        const char was = a[i];
        reads(b + i, 1, pc);
        if (was != b[i] || was == 0) return;
    }
}

// As far as to the first byte that is `c`, which C has memchr() and its like read to.
const char* reads_until(const void* s, int c, std::size_t most, bool ends_at_null, const void* pc) {
    const char* at = static_cast<const char*>(s);
    for (std::size_t i = 0; i < most; ++i, ++at) {
        reads(at, 1, pc);
        if (*at == static_cast<char>(c)) return at;
        if (ends_at_null && *at == 0) return nullptr;
    }
    return nullptr;
}

char* append(char* to, const char* from, std::size_t n, const void* pc) {
    writes(to, n + 1, pc);
    std::memmove(to, from, n);
    to[n] = 0;
    return to;
}

char* duplicate(const char* s, std::size_t most, const void* pc) {
    const std::size_t n = reads_string(s, most, pc);
    return append(static_cast<char*>(allocate(n + 1, 16, pc)), s, n, pc);
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

int ringsim_strcmp(const char* a, const char* b) {
    reads_until_different(a, b, SIZE_MAX, RINGSIM_CALLER);
    return std::strcmp(a, b);
}
int ringsim_strncmp(const char* a, const char* b, std::size_t n) {
    reads_until_different(a, b, n, RINGSIM_CALLER);
    return std::strncmp(a, b, n);
}
int ringsim_strcasecmp(const char* a, const char* b) {
    reads_string(a, SIZE_MAX, RINGSIM_CALLER);
    reads_string(b, SIZE_MAX, RINGSIM_CALLER);
    return ::strcasecmp(a, b);
}
int ringsim_strncasecmp(const char* a, const char* b, std::size_t n) {
    reads_string(a, n, RINGSIM_CALLER);
    reads_string(b, n, RINGSIM_CALLER);
    return ::strncasecmp(a, b, n);
}
std::size_t ringsim_strlen(const char* s) {
    return reads_string(s, SIZE_MAX, RINGSIM_CALLER);
}
std::size_t ringsim_strnlen(const char* s, std::size_t most) {
    return reads_string(s, most, RINGSIM_CALLER);
}
char* ringsim_strchr(const char* s, int c) {
    return const_cast<char*>(reads_until(s, c, SIZE_MAX, true, RINGSIM_CALLER));
}
char* ringsim_index(const char* s, int c) {
    return const_cast<char*>(reads_until(s, c, SIZE_MAX, true, RINGSIM_CALLER));
}
char* ringsim_strchrnul(const char* s, int c) {
    const char* const found = reads_until(s, c, SIZE_MAX, true, RINGSIM_CALLER);
    return const_cast<char*>(found ? found : s + std::strlen(s));
}
void* ringsim_rawmemchr(const void* s, int c) {
    return const_cast<char*>(reads_until(s, c, SIZE_MAX, false, RINGSIM_CALLER));
}
char* ringsim_strrchr(const char* s, int c) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    return const_cast<char*>(std::strrchr(s, c));
}
char* ringsim_rindex(const char* s, int c) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    return const_cast<char*>(std::strrchr(s, c));
}
char* ringsim_strstr(const char* s, const char* part) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    reads_string(part, SIZE_MAX, RINGSIM_CALLER);
    return const_cast<char*>(std::strstr(s, part));
}
char* ringsim_strcasestr(const char* s, const char* part) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    reads_string(part, SIZE_MAX, RINGSIM_CALLER);
    return const_cast<char*>(::strcasestr(s, part));
}
std::size_t ringsim_strspn(const char* s, const char* of) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    reads_string(of, SIZE_MAX, RINGSIM_CALLER);
    return std::strspn(s, of);
}
std::size_t ringsim_strcspn(const char* s, const char* of) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    reads_string(of, SIZE_MAX, RINGSIM_CALLER);
    return std::strcspn(s, of);
}
char* ringsim_strcpy(char* to, const char* from) {
    return append(to, from, reads_string(from, SIZE_MAX, RINGSIM_CALLER), RINGSIM_CALLER);
}
char* ringsim_stpcpy(char* to, const char* from) {
    const std::size_t n = reads_string(from, SIZE_MAX, RINGSIM_CALLER);
    return append(to, from, n, RINGSIM_CALLER) + n;
}
char* ringsim_strncpy(char* to, const char* from, std::size_t n) {
    const std::size_t length = reads_string(from, n, RINGSIM_CALLER);
    writes(to, n, RINGSIM_CALLER);
    std::memmove(to, from, length);
    std::memset(to + length, 0, n - length);
    return to;
}
char* ringsim_strcat(char* to, const char* from) {
    const std::size_t before = reads_string(to, SIZE_MAX, RINGSIM_CALLER);
    append(to + before, from, reads_string(from, SIZE_MAX, RINGSIM_CALLER), RINGSIM_CALLER);
    return to;
}
char* ringsim_strncat(char* to, const char* from, std::size_t n) {
    const std::size_t before = reads_string(to, SIZE_MAX, RINGSIM_CALLER);
    append(to + before, from, reads_string(from, n, RINGSIM_CALLER), RINGSIM_CALLER);
    return to;
}
char* ringsim_strdup(const char* s) {
    return duplicate(s, SIZE_MAX, RINGSIM_CALLER);
}
char* ringsim_strndup(const char* s, std::size_t n) {
    return duplicate(s, n, RINGSIM_CALLER);
}
char* ringsim_strpbrk(const char* s, const char* of) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    reads_string(of, SIZE_MAX, RINGSIM_CALLER);
    return const_cast<char*>(std::strpbrk(s, of));
}
char* ringsim_strsep(char** rest, const char* of) {
    const void* const pc = RINGSIM_CALLER;
    reads(rest, sizeof *rest, pc);
    char* const s = *rest;
    if (!s) return nullptr;
    reads_string(of, SIZE_MAX, pc);
    reads_string(s, SIZE_MAX, pc);
    char* const behind = s + std::strcspn(s, of);
    char* const next = *behind ? behind + 1 : nullptr;
    if (next) {
        writes(behind, 1, pc);
        *behind = 0;
    }
    writes(rest, sizeof *rest, pc);
    *rest = next;
    return s;
}
char* ringsim_strtok_r(char* s, const char* of, char** rest) {
    const void* const pc = RINGSIM_CALLER;
    if (!s) {
        reads(rest, sizeof *rest, pc);
        s = *rest;
    }
    if (!s) return nullptr;
    reads_string(of, SIZE_MAX, pc);
    reads_string(s, SIZE_MAX, pc);
    s += std::strspn(s, of);
    char* const behind = s + std::strcspn(s, of);
    char* const next = *behind ? behind + 1 : nullptr;
    const bool found = behind != s;
    if (next) {
        writes(behind, 1, pc);
        *behind = 0;
    }
    writes(rest, sizeof *rest, pc);
    *rest = next;
    return found ? s : nullptr;
}
void* ringsim_memchr(const void* s, int c, std::size_t n) {
    return const_cast<char*>(reads_until(s, c, n, false, RINGSIM_CALLER));
}
void* ringsim_memrchr(const void* s, int c, std::size_t n) {
    reads(s, n, RINGSIM_CALLER);
    return const_cast<void*>(::memrchr(s, c, n));
}
void* ringsim_memmem(const void* s, std::size_t n, const void* part, std::size_t size) {
    reads(s, n, RINGSIM_CALLER);
    reads(part, size, RINGSIM_CALLER);
    return ::memmem(s, n, part, size);
}
void* ringsim_memccpy(void* to, const void* from, int c, std::size_t n) {
    const void* const pc = RINGSIM_CALLER;
    const char* const last = reads_until(from, c, n, false, pc);
    const std::size_t copied =
        last ? static_cast<std::size_t>(last - static_cast<const char*>(from)) + 1 : n;
    writes(to, copied, pc);
    std::memmove(to, from, copied);
    return last ? static_cast<char*>(to) + copied : nullptr;
}
int ringsim_memcmp(const void* a, const void* b, std::size_t n) {
    reads(a, n, RINGSIM_CALLER);
    reads(b, n, RINGSIM_CALLER);
    return std::memcmp(a, b, n);
}
int ringsim_bcmp(const void* a, const void* b, std::size_t n) {
    reads(a, n, RINGSIM_CALLER);
    reads(b, n, RINGSIM_CALLER);
    return std::memcmp(a, b, n);
}
int ringsim_atoi(const char* s) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    return std::atoi(s);
}
long ringsim_atol(const char* s) {
    reads_string(s, SIZE_MAX, RINGSIM_CALLER);
    return std::atol(s);
}
#define RINGSIM_CONVERTS(type, name, convert)                  \
    type ringsim_##name(const char* s, char** end, int base) { \
        reads_string(s, SIZE_MAX, RINGSIM_CALLER);             \
        char* behind = nullptr;                                \
        const type value = convert(s, &behind, base);          \
        if (end) {                                             \
            writes(end, sizeof *end, RINGSIM_CALLER);          \
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
