// Functions of the C library, as the program under check sees them: a call of NAME in its code
// arrives at ringsim_NAME.
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

#define RINGSIM_PC __builtin_return_address(0)
// NOLINTBEGIN: names that the library chose
extern "C" {

[[noreturn]] void ringsim___assert_fail(const char* what, const char*, unsigned, const char*) {
    active->fail(std::string("assertion failed: ") + what, RINGSIM_PC);
}
[[noreturn]] void ringsim_abort() {
    active->fail("abort() is called", RINGSIM_PC);
}
[[noreturn]] void ringsim_not_modelled(const char* name, const void* pc) {
    if (!active || !active->running()) {
        std::fprintf(stderr, "ringsim: %s() is called before main(), and is not modelled\n", name);
        _exit(2);
    }
    active->refuse(2, std::string(name) + "() is called, which is not modelled", pc);
}

// --- allocation ---------------------------------------------------------------------------------
void* ringsim_malloc(std::size_t bytes) {
    return active->allocate(bytes, 16, RINGSIM_PC);
}
void* ringsim_calloc(std::size_t n, std::size_t bytes) {
    return active->allocate(n * bytes, 16, RINGSIM_PC);
}
void ringsim_free(void* address) {
    active->release(address, RINGSIM_PC);
}

// --- memory -------------------------------------------------------------------------------------
void* ringsim_memcpy(void* to, const void* from, std::size_t n) {
    if (!active->running()) return std::memcpy(to, from, n);
    active->plain_load(static_cast<char*>(const_cast<void*>(from)), n, RINGSIM_PC);
    active->plain_store(static_cast<char*>(to), n, RINGSIM_PC);
    return std::memmove(to, from, n);
}
void* ringsim_memmove(void* to, const void* from, std::size_t n) {
    return ringsim_memcpy(to, from, n);
}
void* ringsim_memset(void* to, int value, std::size_t n) {
    if (active->running()) active->plain_store(static_cast<char*>(to), n, RINGSIM_PC);
    return std::memset(to, value, n);
}

// --- output: of no interest, and repeated in every execution
// --------------------------------------
int ringsim_printf(const char*, ...) {
    return 0;
}
int ringsim_puts(const char*) {
    return 0;
}
int ringsim_putchar(int c) {
    return c;
}
int ringsim_fprintf(void*, const char*, ...) {
    return 0;
}

}  // extern "C"
// NOLINTEND
