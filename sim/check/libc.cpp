// Functions of the C library, as the program under check sees them: a call of NAME in its code
// arrives at ringsim_NAME.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/check/caller.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

#define RINGSIM_PC __builtin_return_address(0)

namespace {

bool running() {
    return active && active->running();
}

void reads(const void* address, std::size_t bytes, const void* pc) {
    if (running()) active->plain_load(static_cast<char*>(const_cast<void*>(address)), bytes, pc);
}

// Reads a string with its end, byte by byte as a program would.
std::size_t reads_string(const char* s, std::size_t most, const void* pc) {
    for (std::size_t i = 0; i < most; ++i) {
        reads(s + i, 1, pc);
        if (s[i] == 0) return i;
    }
    return most;
}

void* copy(void* to, const void* from, std::size_t n, const void* pc) {
    if (running()) {
        active->plain_load(static_cast<char*>(const_cast<void*>(from)), n, pc);
        active->plain_store(static_cast<char*>(to), n, pc);
    }
    return std::memmove(to, from, n);
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// --- ends ---------------------------------------------------------------------------------------
[[noreturn]] void ringsim___assert_fail(const char* what, const char*, unsigned, const char*) {
    active->fail(std::string("assertion failed: ") + what, RINGSIM_PC);
}
[[noreturn]] void ringsim_abort() {
    active->fail("abort() is called", RINGSIM_PC);
}
[[noreturn]] void ringsim__ZSt9terminatev() {
    active->fail("std::terminate() is called", RINGSIM_PC);
}
// As a return from main(), if main() calls it: the other threads' steps count either way.
[[noreturn]] void ringsim_exit(int status) {
    if (active->thread() == 0) active->exit_thread(nullptr);
    active->refuse(2,
                   "exit(" + std::to_string(status) +
                       ") is called while threads run; return from main(), or call abort() for an "
                       "error",
                   RINGSIM_PC);
}
[[noreturn]] void ringsim__exit(int status) {
    ringsim_exit(status);
}
// What is to happen at the end does not: the end of main() is one of a thread.
int ringsim_atexit(void (*)()) {
    return 0;
}
[[noreturn]] void ringsim_not_modelled(const char* name, const void* pc) {
    if (!running()) {
        std::fprintf(stderr, "ringsim: %s() is called before main(), and is not modelled\n", name);
        _exit(2);
    }
    active->refuse(2, std::string(name) + "() is called, which is not modelled", pc);
}

// --- allocation ---------------------------------------------------------------------------------
void* ringsim_malloc(std::size_t bytes) {
    return allocate(bytes, 16, RINGSIM_PC);
}
void* ringsim_calloc(std::size_t n, std::size_t bytes) {
    return allocate(n * bytes, 16, RINGSIM_PC);
}
void* ringsim_aligned_alloc(std::size_t alignment, std::size_t bytes) {
    return allocate(bytes, alignment, RINGSIM_PC);
}
int ringsim_posix_memalign(void** to, std::size_t alignment, std::size_t bytes) {
    void* const address = allocate(bytes, alignment, RINGSIM_PC);
    if (running())
        active->store_now(reinterpret_cast<char*>(to), sizeof address,
                          reinterpret_cast<std::uintptr_t>(address), RINGSIM_PC);
    *to = address;
    return 0;
}
void* ringsim_realloc(void* old, std::size_t bytes) {
    void* const address = allocate(bytes, 16, RINGSIM_PC);
    if (old) {
        copy(address, old, active ? std::min(bytes, active->size_of(old)) : bytes, RINGSIM_PC);
        release(old, RINGSIM_PC);
    }
    return address;
}
void ringsim_free(void* address) {
    release(address, RINGSIM_PC);
}

// --- memory -------------------------------------------------------------------------------------
void* ringsim_memcpy(void* to, const void* from, std::size_t n) {
    return copy(to, from, n, RINGSIM_PC);
}
void* ringsim_memmove(void* to, const void* from, std::size_t n) {
    return copy(to, from, n, RINGSIM_PC);
}
void* ringsim_memset(void* to, int value, std::size_t n) {
    if (running()) active->plain_store(static_cast<char*>(to), n, RINGSIM_PC);
    return std::memset(to, value, n);
}
void ringsim_bzero(void* to, std::size_t n) {
    if (running()) active->plain_store(static_cast<char*>(to), n, RINGSIM_PC);
    std::memset(to, 0, n);
}
int ringsim_memcmp(const void* a, const void* b, std::size_t n) {
    reads(a, n, RINGSIM_PC);
    reads(b, n, RINGSIM_PC);
    return std::memcmp(a, b, n);
}
int ringsim_bcmp(const void* a, const void* b, std::size_t n) {
    reads(a, n, RINGSIM_PC);
    reads(b, n, RINGSIM_PC);
    return std::memcmp(a, b, n);
}
std::size_t ringsim_strlen(const char* s) {
    return reads_string(s, SIZE_MAX, RINGSIM_PC);
}
int ringsim_strcmp(const char* a, const char* b) {
    reads_string(a, SIZE_MAX, RINGSIM_PC);
    reads_string(b, SIZE_MAX, RINGSIM_PC);
    return std::strcmp(a, b);
}
int ringsim_strncmp(const char* a, const char* b, std::size_t n) {
    reads_string(a, n, RINGSIM_PC);
    reads_string(b, n, RINGSIM_PC);
    return std::strncmp(a, b, n);
}
char* ringsim_strchr(const char* s, int c) {
    reads_string(s, SIZE_MAX, RINGSIM_PC);
    return const_cast<char*>(std::strchr(s, c));
}
void* ringsim_memchr(const void* s, int c, std::size_t n) {
    reads(s, n, RINGSIM_PC);
    return const_cast<void*>(std::memchr(s, c, n));
}
char* ringsim_strcpy(char* to, const char* from) {
    const std::size_t n = reads_string(from, SIZE_MAX, RINGSIM_PC) + 1;
    return static_cast<char*>(copy(to, from, n, RINGSIM_PC));
}
char* ringsim_strncpy(char* to, const char* from, std::size_t n) {
    const std::size_t length = reads_string(from, n, RINGSIM_PC);
    if (running()) active->plain_store(to, n, RINGSIM_PC);
    std::memmove(to, from, length);
    std::memset(to + length, 0, n - length);
    return to;
}
char* ringsim_strcat(char* to, const char* from) {
    const std::size_t before = reads_string(to, SIZE_MAX, RINGSIM_PC);
    const std::size_t n = reads_string(from, SIZE_MAX, RINGSIM_PC) + 1;
    copy(to + before, from, n, RINGSIM_PC);
    return to;
}

// --- output: of no interest, and repeated in every execution
// --------------------------------------
int ringsim_printf(const char*, ...) {
    return 0;
}
int ringsim_vprintf(const char*, void*) {
    return 0;
}
int ringsim_fprintf(void*, const char*, ...) {
    return 0;
}
int ringsim_puts(const char*) {
    return 0;
}
int ringsim_putchar(int c) {
    return c;
}
int ringsim_putc(int c, void*) {
    return c;
}
int ringsim_fputc(int c, void*) {
    return c;
}
int ringsim_fputs(const char*, void*) {
    return 0;
}
int ringsim_fflush(void*) {
    return 0;
}
std::size_t ringsim_fwrite(const void*, std::size_t, std::size_t n, void*) {
    return n;
}
void ringsim_perror(const char*) {}

}  // extern "C"
// NOLINTEND
