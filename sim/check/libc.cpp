// Functions of the C library, as the program under check sees them: a call of NAME in its code
// arrives at ringsim_NAME. Here are ends of the program, allocation and memory; strings.cpp,
// scanning.cpp, output.cpp, time.cpp and the files of threads have the rest. What the program calls
// and none of them has arrives at ringsim_not_modelled() by a stub (library_symbols.cpp).
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "sim/check/caller.hpp"
#include "sim/check/compile.hpp"
#include "sim/check/library_reads.hpp"
#include "sim/check/library_symbols.hpp"

using namespace ringsim::sim::check;

namespace {

// Whether no memory can have so many elements: errno says so then.
bool too_many(std::size_t n, std::size_t bytes) {
    if (n == 0 || bytes <= SIZE_MAX / n) return false;
    errno = ENOMEM;
    return true;
}

// The page of x86-64; a program is to see the same number on each machine.
constexpr std::size_t program_page_bytes = 4096;

// memcpy() and its like. Bytes that nobody has written may be copied, and are as unwritten in the
// copy: only who computes with them is wrong.
void* copy(void* to, const void* from, std::size_t n) {
    // A structure's copy may be a call that the compiler makes of its own: then -fsanitize=thread
    // has reported the load and the store of it, in front of the call. They are not reported twice.
    if (!running() || !active->reported_load(static_cast<const char*>(from), n)) reads(from, n);
    const std::uint64_t unwritten =
        running() ? active->unwritten_words(static_cast<const char*>(from), n) : 0;
    writes(to, n);
    std::memmove(to, from, n);
    if (unwritten != 0) active->copied_unwritten(static_cast<char*>(to), unwritten);
    return to;
}

// What a program can use in its place, for the line that refuses it: someone who reads that the
// function is not modelled wants to know how to go on.
std::string instead_of(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> others[] = {
        {"fork", "threads"},
        {"vfork", "threads"},
        {"signal", "a thread that does what the handler does"},
        {"sigaction", "a thread that does what the handler does"},
        {"pthread_cancel", "an atomic flag that the thread looks at"},
        {"poll", "epoll_wait()"},
        {"ppoll", "epoll_wait()"},
        {"select", "epoll_wait()"},
        {"random", "values of the program, or __VERIFIER_nondet_int()"},
        {"rand", "values of the program, or __VERIFIER_nondet_int()"},
        {"srand", "values of the program, or __VERIFIER_nondet_int()"},
        {"drand48", "values of the program, or __VERIFIER_nondet_int()"},
        {"strtok", "strtok_r()"},
        {"localtime", "localtime_r()"},
        {"strftime", "snprintf() of the members of struct tm"},
        {"vswprintf", "snprintf() or std::to_string()"},
        {"swprintf", "snprintf() or std::to_string()"},
        {"gmtime", "gmtime_r()"},
        {"pthread_mutex_consistent", "a mutex that is not robust"},
        {"pthread_mutexattr_setrobust", "a mutex that is not robust"},
        {"getrandom", "values of the program, or __VERIFIER_nondet_int()"},
        {"mmap", "malloc() or a static array"},
        {"fopen", "values of the program"},
        {"fgets", "values of the program"},
        {"scanf", "values of the program"},
        {"sem_open", "sem_init()"},
    };
    for (const auto& [n, other] : others)
        if (n == name) return "; use " + std::string(other);
    if (name.find("atomic128") != name.npos || name.ends_with("_16"))
        return "; atomics of 16 bytes are not, use a pointer or an index with a tag in 8 bytes";
    if (name.find("St6locale") != name.npos || name.find("St3pmr") != name.npos)
        return "; std::regex, std::locale and std::pmr are not modelled";
    if (name.starts_with("_ZNSt13random_device")) return "; use a generator with a fixed seed";
    if (name.find("fstream") != name.npos || name.find("filebuf") != name.npos)
        return "; use std::stringstream";
    return "";
}

// Of exit() with other names, which do not call what atexit() was told: forget().
[[noreturn]] void end_at_once(int status) {
    if (!running()) fail("exit(" + std::to_string(status) + ") is called");
    if (active->thread() == 0) active->at_end.forget();
    active->end_program(status);
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// --- ends ---------------------------------------------------------------------------------------
// Of exit() and its like see end_program() for what becomes of other threads.
//
// The text is that of the assertion. Its place comes from the call, like all places.
[[noreturn]] void ringsim___assert_fail(const char* what, const char*, unsigned, const char*) {
    RINGSIM_ENTER;
    fail(std::string("assertion failed: ") + what);
}
[[noreturn]] void ringsim___assert_perror_fail(int error, const char*, unsigned, const char*) {
    RINGSIM_ENTER;
    const char* const text = strerrordesc_np(error);
    fail(std::string("assertion failed: ") + (text ? text : "an error"));
}
// libstdc++'s own, of what it asks of those who use it.
[[noreturn]] void ringsim__ZSt21__glibcxx_assert_failPKciS0_S0_(const char*, int, const char*,
                                                                const char* what) {
    RINGSIM_ENTER;
    fail(std::string("the library is used as it must not be: ") + (what ? what : "unreachable"));
}
[[noreturn]] void ringsim_abort() {
    RINGSIM_ENTER;
    fail("abort() is called");
}
[[noreturn]] void ringsim__ZSt9terminatev() {
    RINGSIM_ENTER;
    fail("std::terminate() is called");
}
[[noreturn]] void ringsim_exit(int status) {
    RINGSIM_ENTER;
    exits(status);
}
[[noreturn]] void ringsim__exit(int status) {
    RINGSIM_ENTER;
    end_at_once(status);
}
[[noreturn]] void ringsim__Exit(int status) {
    RINGSIM_ENTER;
    end_at_once(status);
}
// It calls what at_quick_exit() was told, which has no model, so that a program that uses that is
// refused there.
[[noreturn]] void ringsim_quick_exit(int status) {
    RINGSIM_ENTER;
    end_at_once(status);
}
// What the machine has, for a program that is to be the same on each. The name is read; the
// environment is empty.
char* ringsim_getenv(const char* name) {
    RINGSIM_ENTER;
    reads_string(name, SIZE_MAX);
    return nullptr;
}
// Other than these, what sysconf() says is this machine's.
int ringsim_getpagesize() {
    return static_cast<int>(program_page_bytes);
}
long ringsim_sysconf(int what) {
    if (what == _SC_PAGESIZE) return static_cast<long>(program_page_bytes);
    if (what == _SC_NPROCESSORS_ONLN || what == _SC_NPROCESSORS_CONF) return program_processors;
    return ::sysconf(what);
}
// What is printed goes nowhere, and that is no terminal.
int ringsim_isatty(int) {
    errno = ENOTTY;
    return 0;
}
// One of two processors, at each call, for a thread may be moved.
int ringsim_sched_getcpu() {
    RINGSIM_ENTER;
    return running() ? static_cast<int>(active->choose(program_processors)) : 0;
}
// GNU's, and POSIX's: for the first any buffer will do.
char* ringsim_strerror_r(int error, char* to, std::size_t size) {
    RINGSIM_ENTER;
    char text[64];
    std::snprintf(text, sizeof text, "Unknown error %d", error);
    if (const char* const known = strerrordesc_np(error))
        std::snprintf(text, sizeof text, "%s", known);
    if (size == 0) return to;
    const std::size_t n = std::min(std::strlen(text), size - 1);
    writes(to, n + 1);
    std::memcpy(to, text, n);
    to[n] = 0;
    return to;
}
int ringsim___xpg_strerror_r(int error, char* to, std::size_t size) {
    ringsim_strerror_r(error, to, size);
    return strerrordesc_np(error) ? 0 : EINVAL;
}
// What a static object's constructor asks for runs behind all that threads ask for.
int ringsim_atexit(void (*f)()) {
    const ending due{[](void* called) { reinterpret_cast<void (*)()>(called)(); },
                     reinterpret_cast<void*>(f)};
    if (running())
        active->at_end.at_exit(active->asked_thread(), due);
    else
        early_endings().push_back(due);
    return 0;
}
// The stub passes the address to which its caller returns, so the place is the program's.
[[noreturn]] void ringsim_not_modelled(const char* name, const void* pc) {
    const entry at(pc);
    const std::string what = readable(name) + "() is called, which is not modelled";
    if (!running()) end_early(2, what, pc);
    active->refuse(2, what + instead_of(name));
}

// --- allocation ---------------------------------------------------------------------------------
// Of atomic operations on numbers of floating point.
void ringsim___atomic_feraiseexcept(int) {}
// 16 is the alignment of max_align_t, which malloc() promises.
void* ringsim_malloc(std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, 16);
}
// Its zeros are values that somebody wrote: to read them is no error.
void* ringsim_calloc(std::size_t n, std::size_t bytes) {
    RINGSIM_ENTER;
    return too_many(n, bytes) ? nullptr : allocate(n * bytes, 16, true);
}
void* ringsim_aligned_alloc(std::size_t alignment, std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment);
}
// The address of the object is stored into the program's memory, and seen by others.
int ringsim_posix_memalign(void** to, std::size_t alignment, std::size_t bytes) {
    RINGSIM_ENTER;
    void* const address = allocate(bytes, alignment);
    if (running())
        active->store_now(reinterpret_cast<char*>(to), sizeof address,
                          reinterpret_cast<std::uintptr_t>(address));
    *to = address;
    return 0;
}
void* ringsim_memalign(std::size_t alignment, std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment);
}
void* ringsim_valloc(std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, program_page_bytes);
}
// As many bytes as were asked for, and no more: what lies behind them is no part of the object
// here.
std::size_t ringsim_malloc_usable_size(const void* address) {
    return running() ? active->size_of(address) : 0;
}
// The object always moves: whoever kept its old address is found by the first use of it. How large
// an object was before main() is not known; nothing lies behind it that the copy could harm.
void* ringsim_realloc(void* old, std::size_t bytes) {
    RINGSIM_ENTER;
    void* const address = allocate(bytes, 16);
    if (old) {
        copy(address, old, active ? std::min(bytes, active->size_of(old)) : bytes);
        release(old);
    }
    return address;
}
void* ringsim_reallocarray(void* old, std::size_t n, std::size_t bytes) {
    RINGSIM_ENTER;
    if (too_many(n, bytes)) return nullptr;
    void* const address = allocate(n * bytes, 16);
    if (old) {
        copy(address, old, active ? std::min(n * bytes, active->size_of(old)) : n * bytes);
        release(old);
    }
    return address;
}
// release() finds a second free() and what was never allocated, and makes the event that later
// accesses are compared with.
void ringsim_free(void* address) {
    RINGSIM_ENTER;
    release(address);
}

// --- memory -------------------------------------------------------------------------------------
void* ringsim_memcpy(void* to, const void* from, std::size_t n) {
    RINGSIM_ENTER;
    may_not_overlap(to, n, from, n);
    return copy(to, from, n);
}
void* ringsim_memmove(void* to, const void* from, std::size_t n) {
    RINGSIM_ENTER;
    return copy(to, from, n);
}
// The store is reported in front of the write, and forgets what the compiler has reported of it.
void* ringsim_memset(void* to, int value, std::size_t n) {
    RINGSIM_ENTER;
    writes(to, n);
    return std::memset(to, value, n);
}
void ringsim_bzero(void* to, std::size_t n) {
    RINGSIM_ENTER;
    writes(to, n);
    std::memset(to, 0, n);
}
void* ringsim_mempcpy(void* to, const void* from, std::size_t n) {
    RINGSIM_ENTER;
    may_not_overlap(to, n, from, n);
    return static_cast<char*>(copy(to, from, n)) + n;
}

}  // extern "C"
// NOLINTEND
