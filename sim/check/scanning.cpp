// What the C library reads out of text and out of arrays, as the program under check sees it: the
// sscanf() family, conversions to numbers of floating point, sorting and searching.
//
// Nothing here has a destructor that matters, nor memory of its own: a thread may be left in the
// middle of any report and be started over, and its stack is dropped as it is.
#include <algorithm>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// A conversion's result; `text` ends with a zero byte, whose place is not known before.
struct scanned {
    void* to;
    std::size_t bytes;
    bool text;
};

// By the letters between % and the conversion: hh, h, none, and l, ll, j, z, t, which are 8 bytes
// here.
std::size_t integer_bytes(const char* length) {
    if (length[0] == 'h') return length[1] == 'h' ? 1 : 2;
    return std::strchr("ljzt", length[0]) && length[0] != 0 ? 8 : 4;
}

// The place that the conversion at `at`, behind its %, writes to; `at` moves behind it. The grammar
// is that of fscanf() in ISO C: *, width, length, and a set in brackets whose first character may
// be a ] that is part of it. The arguments are taken one by one, as the library takes them.
scanned next_conversion(const char*& at, va_list arguments) {
    const bool skipped = *at == '*';
    if (skipped) ++at;
    std::size_t width = 1;
    if (*at >= '1' && *at <= '9') width = std::strtoul(at, nullptr, 10);
    at += std::strspn(at, "0123456789");
    const char* const length = at;
    at += std::strspn(at, "hlLjzt");
    const char kind = *at;
    if (kind == 0) return {nullptr, 0, false};
    ++at;
    const bool letters = kind == 's' || kind == 'c' || kind == '[';
    if (running() && (std::strchr("m$SC", kind) || (letters && length[0] == 'l')))
        active->refuse(2,
                       "sscanf() that allocates (%ms), wide characters and arguments by number "
                       "(%1$d) are not modelled");
    if (kind == '[') {
        if (*at == '^') ++at;
        if (*at == ']') ++at;
        while (*at != 0 && *at++ != ']') {
        }
    }
    if (skipped || kind == '%') return {nullptr, 0, false};
    void* const to = va_arg(arguments, void*);
    if (kind == 's' || kind == '[') return {to, 0, true};
    if (kind == 'c') return {to, width, false};
    if (kind == 'p') return {to, sizeof(void*), false};
    if (std::strchr("aAeEfFgG", kind))
        return {to,
                length[0] == 'L'   ? std::size_t{16}
                : length[0] == 'l' ? std::size_t{8}
                                   : 4,
                false};
    return {to, integer_bytes(length), false};
}

// The library writes what it finds; then each result is reported, and written once more: between
// the report and the end of it other threads may run, and what memory held before is not kept for
// this one.
int scan(const char* text, const char* format, va_list arguments) {
    // Of a result that is put aside at a time.
    constexpr std::size_t most = 256;
    reads_string(text, SIZE_MAX);
    reads_string(format, SIZE_MAX);
    va_list again;
    va_copy(again, arguments);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int found = std::vsscanf(text, format, arguments);
#pragma GCC diagnostic pop
    int assigned = 0;
    // The format is gone through again beside the arguments, as far as the library came.
    for (const char* at = format; *at != 0 && assigned < found;) {
        if (*at++ != '%') continue;
        // %n is written to, but not counted in the result.
        const bool counts = at[std::strspn(at, "*hlLjzt")] != 'n';
        const scanned one = next_conversion(at, again);
        if (!one.to) continue;
        char value[most];
        auto* const to = static_cast<char*>(one.to);
        const std::size_t bytes = one.text ? std::strlen(to) + 1 : one.bytes;
        // In parts, so that a text may be of any length.
        for (std::size_t done = 0; done < bytes; done += most) {
            const std::size_t n = std::min(bytes - done, most);
            std::memcpy(value, to + done, n);
            writes(to + done, n);
            std::memcpy(to + done, value, n);
        }
        if (counts) ++assigned;
    }
    va_end(again);
    return found;
}

// strtod() and its like: reads the whole string, as the models in strings.cpp do. `end` may be
// null; where it is not, it gets the place behind the number.
template <class T>
T converted(const char* s, char** end, T (*convert)(const char*, char**)) {
    reads_string(s, SIZE_MAX);
    char* behind = nullptr;
    const T value = convert(s, &behind);
    if (end) {
        writes(end, sizeof *end);
        *end = behind;
    }
    return value;
}

// In parts, so that elements may be of any size: a part is put aside on the stack. Each read and
// each write is reported in front of its copy, for others may run at a report.
void exchange(char* a, char* b, std::size_t size) {
    constexpr std::size_t part = 64;
    for (std::size_t done = 0; done < size; done += part) {
        const std::size_t n = std::min(part, size - done);
        char of_a[part];
        char of_b[part];
        reads(a + done, n);
        std::memcpy(of_a, a + done, n);
        reads(b + done, n);
        std::memcpy(of_b, b + done, n);
        writes(a + done, n);
        std::memcpy(a + done, of_b, n);
        writes(b + done, n);
        std::memcpy(b + done, of_a, n);
    }
}

// By insertion: elements that are alike stay in their order, as in the library's own. The program's
// `compare` is called with elements in their places, and its accesses are its own. The order of the
// exchanges is ours; the standard leaves it open.
template <class Compare>
void sort(void* base, std::size_t n, std::size_t size, Compare&& compare) {
    char* const first = static_cast<char*>(base);
    for (std::size_t i = 1; i < n; ++i)
        for (std::size_t j = i; j > 0; --j) {
            char* const left = first + (j - 1) * size;
            // Where no element is in front that is greater, those before are in order.
            if (compare(left, left + size) <= 0) break;
            exchange(left, left + size, size);
        }
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// Macros, for a list of arguments cannot be handed from one variadic function to another.
#define RINGSIM_SCANS(name)                                         \
    int ringsim_##name(const char* text, const char* format, ...) { \
        RINGSIM_ENTER;                                              \
        va_list arguments;                                          \
        va_start(arguments, format);                                \
        const int n = scan(text, format, arguments);                \
        va_end(arguments);                                          \
        return n;                                                   \
    }
#define RINGSIM_SCANS_LIST(name)                                             \
    int ringsim_##name(const char* text, const char* format, va_list list) { \
        RINGSIM_ENTER;                                                       \
        return scan(text, format, list);                                     \
    }
// glibc's headers give sscanf() the other name in newer standards of C: there %a is a conversion,
// and no modifier.
RINGSIM_SCANS(sscanf)
RINGSIM_SCANS(__isoc99_sscanf)
RINGSIM_SCANS_LIST(vsscanf)
RINGSIM_SCANS_LIST(__isoc99_vsscanf)
double ringsim_strtod(const char* s, char** end) {
    RINGSIM_ENTER;
    return converted(s, end, std::strtod);
}
float ringsim_strtof(const char* s, char** end) {
    RINGSIM_ENTER;
    return converted(s, end, std::strtof);
}
double ringsim_atof(const char* s) {
    RINGSIM_ENTER;
    return converted(s, nullptr, std::strtod);
}
// The program's function may leave by longjmp() or an exception; nothing has to be put in order
// then.
void ringsim_qsort(void* base, std::size_t n, std::size_t size,
                   int (*compare)(const void*, const void*)) {
    RINGSIM_ENTER;
    sort(base, n, size, compare);
}
void ringsim_qsort_r(void* base, std::size_t n, std::size_t size,
                     int (*compare)(const void*, const void*, void*), void* argument) {
    RINGSIM_ENTER;
    sort(base, n, size, [&](const void* a, const void* b) { return compare(a, b, argument); });
}
// A binary search makes about as many calls of `compare` as the library's; which elements it looks
// at is open in the standard. It reads nothing itself.
void* ringsim_bsearch(const void* key, const void* base, std::size_t n, std::size_t size,
                      int (*compare)(const void*, const void*)) {
    RINGSIM_ENTER;
    const char* first = static_cast<const char*>(base);
    while (n > 0) {
        const char* const middle = first + n / 2 * size;
        const int which = compare(key, middle);
        if (which == 0) return const_cast<char*>(middle);
        if (which > 0) {
            first = middle + size;
            n = (n - 1) / 2;
        } else {
            n /= 2;
        }
    }
    return nullptr;
}

}  // extern "C"
// NOLINTEND
