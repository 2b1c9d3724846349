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

std::uint64_t nondeterministic(std::uint64_t ways, const void* pc) {
    return active->choose(ways, pc);
}

constexpr std::uint64_t nondet_ways = 2;  // of a value about which nothing is said

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
[[noreturn]] void ringsim_exit(int status) {
    active->refuse(2,
                   "exit(" + std::to_string(status) +
                       ") is called while threads run; return from main(), or call abort() for an "
                       "error",
                   RINGSIM_PC);
}
[[noreturn]] void ringsim__exit(int status) {
    ringsim_exit(status);
}
[[noreturn]] void ringsim_not_modelled(const char* name, const void* pc) {
    if (!running()) {
        std::fprintf(stderr, "ringsim: %s() is called before main(), and is not modelled\n", name);
        _exit(2);
    }
    active->refuse(2, std::string(name) + "() is called, which is not modelled", pc);
}

// --- what other checkers' programs use
// ------------------------------------------------------------
void ringsim___VERIFIER_assume(int holds) {
    if (!holds) active->drop_execution();
}
void ringsim___VERIFIER_assert(int holds) {
    if (!holds) active->fail("assertion failed", RINGSIM_PC);
}
[[noreturn]] void ringsim___VERIFIER_error() {
    active->fail("error location reached", RINGSIM_PC);
}
[[noreturn]] void ringsim_reach_error() {
    active->fail("error location reached", RINGSIM_PC);
}
int ringsim___VERIFIER_nondet_int() {
    return static_cast<int>(nondeterministic(nondet_ways, RINGSIM_PC));
}
unsigned ringsim___VERIFIER_nondet_uint() {
    return static_cast<unsigned>(nondeterministic(nondet_ways, RINGSIM_PC));
}
bool ringsim___VERIFIER_nondet_bool() {
    return nondeterministic(2, RINGSIM_PC) != 0;
}
// One of 0 to ways - 1.
unsigned ringsim_ringsim_nondet(unsigned ways) {
    return static_cast<unsigned>(nondeterministic(ways, RINGSIM_PC));
}
void ringsim___VERIFIER_atomic_begin() {
    active->lock(&active, RINGSIM_PC);
}
void ringsim___VERIFIER_atomic_end() {
    active->unlock(&active, RINGSIM_PC);
}
void ringsim___VERIFIER_loop_begin() {}
void ringsim___VERIFIER_loop_end() {}
void ringsim___VERIFIER_spin_start() {}
void ringsim___VERIFIER_spin_end(int) {}

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
int ringsim_memcmp(const void* a, const void* b, std::size_t n) {
    reads(a, n, RINGSIM_PC);
    reads(b, n, RINGSIM_PC);
    return std::memcmp(a, b, n);
}
int ringsim_bcmp(const void* a, const void* b, std::size_t n) {
    return ringsim_memcmp(a, b, n);
}
std::size_t ringsim_strlen(const char* s) {
    return reads_string(s, SIZE_MAX, RINGSIM_PC);
}
int ringsim_strcmp(const char* a, const char* b) {
    reads_string(a, SIZE_MAX, RINGSIM_PC);
    reads_string(b, SIZE_MAX, RINGSIM_PC);
    return std::strcmp(a, b);
}
char* ringsim_strcpy(char* to, const char* from) {
    const std::size_t n = reads_string(from, SIZE_MAX, RINGSIM_PC) + 1;
    return static_cast<char*>(copy(to, from, n, RINGSIM_PC));
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
