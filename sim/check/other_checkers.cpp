// What programs written for other checkers call, by the names that those checkers' headers give: a
// call of NAME arrives at ringsim_NAME. Hints that only make those checkers faster do nothing.
//
// The names are of SV-COMP's rules (__VERIFIER_assume, _nondet_, _atomic_begin, reach_error), of
// GenMC's header (__VERIFIER_thread_create, _spin_start, _opt_begin, _hazptr_...) and of
// CDSChecker's (model_assert, load_32, store_32). Programs of their collections can so be checked
// as they are; declarations come with the programs.
#include <cstdint>
#include <string>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

namespace {

// Of a value about which nothing is said: 0 and 1. All values of a type would be too many
// executions; who needs others asks for them by ringsim_nondet().
constexpr std::uint64_t nondet_ways = 2;

}  // namespace

// NOLINTBEGIN: names that others chose
extern "C" {

// --- assumptions and assertions ----------------------------------------------------------------
// An execution in which the assumption is false is none: it is dropped and not counted.
void ringsim___VERIFIER_assume(int holds) {
    if (!holds) active->assume_failed();
}
void ringsim___VERIFIER_assert(int holds) {
    RINGSIM_ENTER;
    if (!holds) active->fail_if_allowed("assertion failed");
}
[[noreturn]] void ringsim___VERIFIER_assert_fail(const char* what, const char*, int) {
    RINGSIM_ENTER;
    active->fail(std::string("assertion failed: ") + what);
}
void ringsim_model_assert(bool holds, const char*, int) {
    RINGSIM_ENTER;
    if (!holds) active->fail("assertion failed");
}
[[noreturn]] void ringsim___VERIFIER_error() {
    RINGSIM_ENTER;
    active->fail("error location reached");
}
[[noreturn]] void ringsim_reach_error() {
    RINGSIM_ENTER;
    active->fail("error location reached");
}

// --- values about which nothing is known --------------------------------------------------------
#define RINGSIM_NONDET(type, name)                             \
    type ringsim___VERIFIER_nondet_##name() {                  \
        RINGSIM_ENTER;                                         \
        return static_cast<type>(active->choose(nondet_ways)); \
    }
RINGSIM_NONDET(bool, bool)
RINGSIM_NONDET(char, char)
RINGSIM_NONDET(unsigned char, uchar)
RINGSIM_NONDET(short, short)
RINGSIM_NONDET(unsigned short, ushort)
RINGSIM_NONDET(int, int)
RINGSIM_NONDET(unsigned, uint)
RINGSIM_NONDET(long, long)
RINGSIM_NONDET(unsigned long, ulong)
// One of 0 to ways - 1. A program that declares `unsigned ringsim_nondet(unsigned)` has an
// execution for each; the prefix stands twice in the name here.
unsigned ringsim_ringsim_nondet(unsigned ways) {
    RINGSIM_ENTER;
    return static_cast<unsigned>(active->choose(ways));
}

// --- hints ---------------------------------------------------------------------------------------
// Loops that wait are found without being told (spinning.cpp).
void ringsim___VERIFIER_loop_begin() {}
void ringsim___VERIFIER_loop_end() {}
void ringsim___VERIFIER_spin_start() {}
void ringsim___VERIFIER_spin_end(bool) {}
void ringsim___VERIFIER_annotate_begin(int) {}
void ringsim___VERIFIER_annotate_end(int) {}
// Whether to do what may as well be left out.
bool ringsim___VERIFIER_opt_begin() {
    return false;
}
// SV-COMP: what is between the two is as one step. Here it is a critical section of one lock for
// all of them, which is as much for programs whose other accesses to the same memory are between
// such calls, too. The lock's word belongs to an address that no program has.
void ringsim___VERIFIER_atomic_begin() {
    RINGSIM_ENTER;
    active->waiting.lock(&active, mutex_kind::normal);
}
void ringsim___VERIFIER_atomic_end() {
    RINGSIM_ENTER;
    active->waiting.unlock(&active, mutex_kind::normal);
}

// --- hazard pointers: what is retired is never freed ---------------------------------------------
// A hazard pointer keeps memory from being freed while it is used. Nothing is ever freed here, so
// there is nothing to protect; an error in their use is not found.
void* ringsim___VERIFIER_hazptr_alloc() {
    RINGSIM_ENTER;
    return active->allocate(sizeof(void*), 16);
}
void ringsim___VERIFIER_hazptr_protect(void*, void*) {}
void ringsim___VERIFIER_hazptr_clear(void*) {}
void ringsim___VERIFIER_hazptr_free(void*) {}
void ringsim___VERIFIER_hazptr_retire(void*) {}

// --- a library of their own ---------------------------------------------------------------------
// What follows does the same as POSIX's functions of the same names: see posix_threads.cpp.
void* ringsim___VERIFIER_malloc(std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, 16);
}
void* ringsim___VERIFIER_malloc_aligned(std::size_t alignment, std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment);
}
void ringsim___VERIFIER_free(void* address) {
    RINGSIM_ENTER;
    release(address);
}
int ringsim_atexit(void (*f)());
int ringsim___VERIFIER_atexit(void (*f)()) {
    return ringsim_atexit(f);
}
// The thread's number, from 1, is what the program knows it by; main() is 1.
int ringsim___VERIFIER_thread_create(const void*, thread_function f, void* argument) {
    RINGSIM_ENTER;
    std::uint64_t id = 0;
    active->create_thread(f, argument, &id);
    return static_cast<int>(id);
}
// That the thread does the same as another one is not taken on trust: twins are found by themselves
// (twins.hpp).
int ringsim___VERIFIER_thread_create_symmetric(const void*, thread_function f, void* argument,
                                               long) {
    RINGSIM_ENTER;
    std::uint64_t id = 0;
    active->create_thread(f, argument, &id);
    return static_cast<int>(id);
}
// A program may join any number: only that of a thread can be joined, and nobody joins main().
void* ringsim___VERIFIER_thread_join(long id) {
    RINGSIM_ENTER;
    if (id < 2 || id > static_cast<long>(ringsim::sim::threads_max))
        active->fail("a thread is joined that was never started");
    return active->join_thread(static_cast<unsigned>(id - 1));
}
long ringsim___VERIFIER_thread_self() {
    return active->asked_thread() + 1;
}
[[noreturn]] void ringsim___VERIFIER_thread_exit(void* result) {
    active->exit_thread(result);
}
int ringsim___VERIFIER_mutex_init(void* m, const void*) {
    RINGSIM_ENTER;
    active->waiting.initialise(m, "mutex", active->has_company());
    return 0;
}
int ringsim___VERIFIER_mutex_destroy(void* m) {
    RINGSIM_ENTER;
    active->waiting.destroy_lock(m, "mutex");
    return 0;
}
int ringsim___VERIFIER_mutex_lock(void* m) {
    RINGSIM_ENTER;
    active->waiting.lock(m, mutex_kind::normal);
    return 0;
}
int ringsim___VERIFIER_mutex_trylock(void* m) {
    RINGSIM_ENTER;
    return active->waiting.try_lock(m, mutex_kind::normal) ? 0 : 1;
}
int ringsim___VERIFIER_mutex_unlock(void* m) {
    RINGSIM_ENTER;
    active->waiting.unlock(m, mutex_kind::normal);
    return 0;
}
// How many threads meet at it stands in its first four bytes, as a plain variable: who uses the
// barrier reads it, so that a barrier which somebody is still setting up is a race.
int ringsim___VERIFIER_barrier_init(void* b, const void*, unsigned n) {
    RINGSIM_ENTER;
    active->waiting.initialise(b, "barrier", active->has_company());
    active->store_now(static_cast<char*>(b), sizeof n, n);
    return 0;
}
int ringsim___VERIFIER_barrier_destroy(void* b) {
    RINGSIM_ENTER;
    active->waiting.destroy(b, "barrier");
    return 0;
}
int ringsim___VERIFIER_barrier_wait(void* b) {
    // Whether anybody looks at the answer: see unheeded.hpp.
    RINGSIM_ENTER;
    const bool heeds = ringsim_unheeded != here.pc;
    active->waiting.use(b, "barrier");
    active->plain_load(static_cast<char*>(b), sizeof(unsigned));
    return active->waiting.meet(b, *static_cast<const unsigned*>(b), heeds) ? -1 : 0;
}

// Plain accesses, written as calls.
#define RINGSIM_CALLED(bits)                                       \
    std::uint##bits##_t ringsim_load_##bits(const void* a) {       \
        RINGSIM_ENTER;                                             \
        auto* const at = static_cast<char*>(const_cast<void*>(a)); \
        active->plain_load(at, bits / 8);                          \
        return *reinterpret_cast<const std::uint##bits##_t*>(at);  \
    }                                                              \
    void ringsim_store_##bits(void* a, std::uint##bits##_t v) {    \
        RINGSIM_ENTER;                                             \
        active->store_now(static_cast<char*>(a), bits / 8, v);     \
    }
RINGSIM_CALLED(8)
RINGSIM_CALLED(16)
RINGSIM_CALLED(32)
RINGSIM_CALLED(64)

}  // extern "C"
// NOLINTEND
