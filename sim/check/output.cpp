// Output, as the program under check sees it: it reads what it is given, as any other code does.
// The text of the many executions is of no interest and goes nowhere; only sprintf() and its like
// have a result, in the program's memory.
//
// A stream of C (FILE) has no state here: whether two threads print in one order or the other is no
// difference that anybody sees, and no event. The formats are taken apart, because which memory is
// read depends on them: %s reads a string, up to its precision, %n writes a number.
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// Of one call's text that is kept: more is counted, but not written. It stands on the stack of a
// fiber, so it is not more.
constexpr std::size_t text_bytes_max = 4096;

// Goes through a format, reads what its arguments point to, and makes the text. No destructors: a
// thread may be left in the middle.
class formatter {
  public:
    formatter(const char* format, va_list arguments) {
        va_copy(arguments_, arguments);
        at_ = format;
        reads_string(format, SIZE_MAX);
        while (*at_) {
            if (*at_ != '%')
                put({at_++, 1});
            else
                conversion();
        }
        va_end(arguments_);
    }
    // The length of the whole text, which is the result of printf() and its like, also where no
    // more than a part of it is kept.
    std::size_t length() const { return length_; }
    std::string_view text() const { return {text_.data(), std::min(length_, text_.size())}; }
    // C leaves it undefined to print what is written at the same time.
    void may_not_have_read(const char* to, std::size_t n) const {
        for (unsigned i = 0; i < strings_; ++i)
            may_not_overlap(to, n, read_[i].data(), read_[i].size() + 1);
    }

  private:
    // What does not fit is counted and dropped: snprintf() returns the length that the whole text
    // has.
    void put(std::string_view part) {
        if (length_ < text_.size())
            std::memcpy(text_.data() + length_, part.data(),
                        std::min(part.size(), text_.size() - length_));
        length_ += part.size();
    }

    // One % with what belongs to it: flags, width, precision, length and the letter, as ISO C has
    // them for fprintf(). A width or precision of * is an argument of its own, in front of the
    // value.
    void conversion() {
        const char* const begin = at_++;
        std::array<int, 2> stars{};
        unsigned star_count = 0;
        std::size_t precision = SIZE_MAX;
        at_ += std::strspn(at_, "-+ #0'I");
        if (*at_ == '*') stars[star_count++] = next_int();
        at_ += std::strspn(at_, "*0123456789");
        if (*at_ == '.') {
            precision = 0;
            if (*++at_ == '*') {
                stars[star_count++] = next_int();
                // A negative one counts as none in C; as a size it is one that no string reaches.
                precision = static_cast<std::size_t>(stars[star_count - 1]);
            } else {
                for (const char* d = at_; *d >= '0' && *d <= '9'; ++d)
                    precision = precision * 10 + static_cast<std::size_t>(*d - '0');
            }
            at_ += std::strspn(at_, "*0123456789");
        }
        if (*at_ == '$' && running())
            active->refuse(2, "arguments of printf() by their number (%1$s) are not modelled");
        const char* const length = at_;
        at_ += std::strspn(at_, "hlLqjzt");
        const std::string_view size(length, static_cast<std::size_t>(at_ - length));
        const char kind = *at_;
        if (kind == 0) return;
        ++at_;
        // The same conversion, given to the library with its one value. One that is longer than
        // this is left out of the text.
        std::array<char, 32> spec{};
        const auto n = static_cast<std::size_t>(at_ - begin);
        if (n >= spec.size()) return;
        std::memcpy(spec.data(), begin, n);
        one(spec.data(), kind, size, stars, star_count, precision);
    }

    int next_int() { return va_arg(arguments_, int); }

    // The library's own code makes the digits, of a value that is at hand: nothing of the program
    // is read.
    template <class T>
    void print(const char* spec, const std::array<int, 2>& stars, unsigned count, T value) {
        std::array<char, 512> part;
        int n = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        if (count == 0) n = std::snprintf(part.data(), part.size(), spec, value);
        if (count == 1) n = std::snprintf(part.data(), part.size(), spec, stars[0], value);
        if (count == 2)
            n = std::snprintf(part.data(), part.size(), spec, stars[0], stars[1], value);
#pragma GCC diagnostic pop
        if (n > 0) put({part.data(), std::min(static_cast<std::size_t>(n), part.size() - 1)});
    }

    // In the C locale, the only one here, a character of ASCII is one byte, and others have none:
    // the library stops at them. `most` bytes are written, so as many characters are read.
    void wide(const wchar_t* s, std::size_t most) {
        const std::size_t n = reads_string(s, most);
        for (std::size_t i = 0; i < n && s[i] < 0x80; ++i) {
            const char c = static_cast<char>(s[i]);
            put({&c, 1});
        }
    }

    // %n, by its length: hh, h, none, and l, ll, j, z, t, which are 8 bytes here.
    void count_to(void* to, std::string_view size) {
        const std::size_t bytes = size == "hh" ? 1 : size == "h" ? 2 : size.empty() ? 4 : 8;
        writes(to, bytes);
        std::memcpy(to, &length_, bytes);
    }

    // Takes the value from the arguments in the type that they were passed in: `char` and `short`
    // as int, `float` as double (ISO C, default argument promotions).
    void one(const char* spec, char kind, std::string_view size, const std::array<int, 2>& stars,
             unsigned count, std::size_t precision) {
        switch (kind) {
            case '%':
                return put("%");
            case 's':
            case 'S': {
                const void* const text = va_arg(arguments_, const void*);
                // What glibc prints; C leaves it undefined.
                if (!text) return put("(null)");
                if (kind == 'S' || size == "l")
                    return wide(static_cast<const wchar_t*>(text), precision);
                const char* const s = static_cast<const char*>(text);
                const std::size_t n = reads_string(s, precision);
                if (strings_ < read_.size()) read_[strings_++] = {s, n};
                return put({s, n});
            }
            // The library's text for errno, which is the calling thread's own: no argument.
            case 'm':
                return put(std::strerror(errno));
            case 'n':
                return count_to(va_arg(arguments_, void*), size);
            case 'p':
                return print(spec, stars, count, va_arg(arguments_, void*));
            case 'a':
            case 'A':
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
                if (size == "L") return print(spec, stars, count, va_arg(arguments_, long double));
                return print(spec, stars, count, va_arg(arguments_, double));
            default:
                if (size.empty() || size[0] == 'h')
                    return print(spec, stars, count, va_arg(arguments_, int));
                return print(spec, stars, count, va_arg(arguments_, long));
        }
    }

    va_list arguments_;
    const char* at_;
    std::size_t length_ = 0;
    std::array<std::string_view, 8> read_;  // strings, the first of them
    unsigned strings_ = 0;
    std::array<char, text_bytes_max> text_;
};

// The text of printf() is made as well, for its length is the result and %n may ask for it.
int formatted(const char* format, va_list arguments) {
    return static_cast<int>(formatter(format, arguments).length());
}

// To memory: at most `room` bytes, with the end of the string. One write of as many bytes as the
// text has. The result is the length of the whole text,
// as snprintf() has it, also where there was no room.
int format_to(char* to, std::size_t room, const char* format, va_list arguments) {
    const formatter made(format, arguments);
    const std::string_view text = made.text();
    if (room > 0) {
        const std::size_t n = std::min(text.size(), room - 1);
        made.may_not_have_read(to, n + 1);
        writes(to, n + 1);
        std::memcpy(to, text.data(), n);
        to[n] = 0;
    }
    return static_cast<int>(made.length());
}

// To memory of its own, which the program gives back by free().
int format_to_new(char** to, const char* format, va_list arguments) {
    const formatter made(format, arguments);
    const std::string_view text = made.text();
    char* const at = static_cast<char*>(active->allocate(text.size() + 1, 16));
    writes(at, text.size() + 1);
    std::memcpy(at, text.data(), text.size());
    at[text.size()] = 0;
    writes(to, sizeof *to);
    *to = at;
    return static_cast<int>(text.size());
}

}  // namespace

// Expands to the rest of a function: va_start() must be in the function that has the dots. The
// formatter works on a copy of the list.
#define RINGSIM_FORMATTED(last, call) \
    va_list arguments;                \
    va_start(arguments, last);        \
    const int n = call;               \
    va_end(arguments);                \
    return n

// NOLINTBEGIN: names that the library chose
extern "C" {

// The streams are not looked at: FILE* is void* here.
int ringsim_printf(const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_FORMATTED(format, formatted(format, arguments));
}
int ringsim_fprintf(void*, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_FORMATTED(format, formatted(format, arguments));
}
int ringsim_dprintf(int, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_FORMATTED(format, formatted(format, arguments));
}
int ringsim_sprintf(char* to, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_FORMATTED(format, format_to(to, SIZE_MAX, format, arguments));
}
int ringsim_snprintf(char* to, std::size_t room, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_FORMATTED(format, format_to(to, room, format, arguments));
}
int ringsim_asprintf(char** to, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_FORMATTED(format, format_to_new(to, format, arguments));
}
int ringsim_vasprintf(char** to, const char* format, va_list arguments) {
    RINGSIM_ENTER;
    return format_to_new(to, format, arguments);
}
// The caller's list is not moved on; C leaves open what it holds afterwards.
int ringsim_vprintf(const char* format, va_list arguments) {
    RINGSIM_ENTER;
    return formatted(format, arguments);
}
int ringsim_vfprintf(void*, const char* format, va_list arguments) {
    RINGSIM_ENTER;
    return formatted(format, arguments);
}
int ringsim_vsprintf(char* to, const char* format, va_list arguments) {
    RINGSIM_ENTER;
    return format_to(to, SIZE_MAX, format, arguments);
}
int ringsim_vsnprintf(char* to, std::size_t room, const char* format, va_list arguments) {
    RINGSIM_ENTER;
    return format_to(to, room, format, arguments);
}
// With the end of the line.
int ringsim_puts(const char* s) {
    RINGSIM_ENTER;
    return static_cast<int>(reads_string(s, SIZE_MAX)) + 1;
}
int ringsim_fputs(const char* s, void*) {
    RINGSIM_ENTER;
    return static_cast<int>(reads_string(s, SIZE_MAX));
}
// What reads no memory needs no RINGSIM_ENTER.
int ringsim_putchar(int c) {
    return c;
}
int ringsim_putc(int c, void*) {
    return c;
}
int ringsim_fputc(int c, void*) {
    return c;
}
// All of it is written, always: a full disk is not modelled.
std::size_t ringsim_fwrite(const void* from, std::size_t size, std::size_t n, void*) {
    RINGSIM_ENTER;
    reads(from, size * n);
    return n;
}
// From several places, one behind the other, as a whole: the list of them is read, too.
ssize_t ringsim_writev(int, const iovec* parts, int n) {
    RINGSIM_ENTER;
    ssize_t bytes = 0;
    for (int i = 0; i < n; ++i) {
        reads(parts + i, sizeof *parts);
        reads(parts[i].iov_base, parts[i].iov_len);
        bytes += static_cast<ssize_t>(parts[i].iov_len);
    }
    return bytes;
}
int ringsim_putw(int, void*) {
    return 0;
}
void ringsim_perror(const char* s) {
    RINGSIM_ENTER;
    if (s) reads_string(s, SIZE_MAX);
}
int ringsim_fflush(void*) {
    return 0;
}
int ringsim_setvbuf(void*, char*, int, std::size_t) {
    return 0;
}
void ringsim_setbuf(void*, char*) {}

// What complains, and ends the program where a status is given: BSD's, and GNU's with its place.
// The name of the program and the text of errno, which they add, are nobody's memory. The format
// may be null.
void ringsim_vwarn(const char* format, va_list arguments) {
    RINGSIM_ENTER;
    if (format) formatted(format, arguments);
}
void ringsim_vwarnx(const char* format, va_list arguments) {
    RINGSIM_ENTER;
    if (format) formatted(format, arguments);
}
[[noreturn]] void ringsim_verr(int status, const char* format, va_list arguments) {
    RINGSIM_ENTER;
    if (format) formatted(format, arguments);
    exits(status);
}
[[noreturn]] void ringsim_verrx(int status, const char* format, va_list arguments) {
    RINGSIM_ENTER;
    if (format) formatted(format, arguments);
    exits(status);
}
#define RINGSIM_COMPLAINS(format)     \
    if (format) {                     \
        va_list arguments;            \
        va_start(arguments, format);  \
        formatted(format, arguments); \
        va_end(arguments);            \
    }
void ringsim_warn(const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_COMPLAINS(format);
}
void ringsim_warnx(const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_COMPLAINS(format);
}
[[noreturn]] void ringsim_err(int status, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_COMPLAINS(format);
    exits(status);
}
[[noreturn]] void ringsim_errx(int status, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_COMPLAINS(format);
    exits(status);
}
// Returns with a status of 0.
void ringsim_error(int status, int, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_COMPLAINS(format);
    if (status != 0) exits(status);
}
void ringsim_error_at_line(int status, int, const char*, unsigned, const char* format, ...) {
    RINGSIM_ENTER;
    RINGSIM_COMPLAINS(format);
    if (status != 0) exits(status);
}

}  // extern "C"
// NOLINTEND
