// What is explored, and how: a program that is loaded, and what counts as an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/check/order_at.hpp"

namespace ringsim::sim::check {

// A name that the program uses and nobody defines. `begin` is the stub of a function; what is read
// or written there, or in the `undefined_bytes` behind it, is a variable.
struct undefined_name {
    const char* begin;
    const char* name;
};
inline constexpr std::size_t undefined_bytes = 1 << 16;

// A loaded program: the shared object that build() made, in this process (load(), compile.hpp). It
// stays loaded until the process ends. All addresses are this process's; offsets are counted from
// `base`, and are the same in every run, so that they may be shown and saved.
struct image {
    std::string path;  // of the shared object; empty: it has no debug information
    int (*main)(int, char**) = nullptr;
    char* base = nullptr;  // of the shared object: what addresses in its debug information add to
    // Its static data: followed like all memory, and put back to what they were in the end.
    std::vector<std::pair<char*, std::size_t>> writable;
    std::map<std::uint64_t, std::uint64_t> variables;  // offset and end of each, if it is known
    std::vector<undefined_name> undefined;
    const char* code_begin = nullptr;
    const char* code_end = nullptr;
    // Functions of C++'s library that were compiled with the program: offset and end of each.
    std::map<std::uint64_t, std::uint64_t> library_functions;
    // Of a Rust program: its own functions lie between, its libraries' elsewhere.
    const char* own_begin = nullptr;
    const char* own_end = nullptr;
    bool runs_on_stacks = false;  // code that it makes there: gcc's nested functions
    char* tls = nullptr;  // this thread's block of the program's thread-local data, or nullptr
    std::size_t tls_bytes = 0;
    std::uintptr_t thread_pointer = 0;  // %fs:0, which has no other value in another fiber

    // What is the same number in each thread here, and in no two of a process.
    bool has_thread_local(std::uint64_t address) const {
        return (tls && address - reinterpret_cast<std::uintptr_t>(tls) < tls_bytes) ||
               address == thread_pointer;
    }
};

// What the user chose, and what the search takes for granted. Set once, before the exploration: two
// runs with the same limits visit the same executions.
struct check_limits {
    std::uint64_t loop_bound = 0;    // rounds of one loop in one thread; 0: no bound
    bool exit_status_counts = true;  // a program that ends with a status other than 0 has failed
    bool races_count = true;         // a data race is a violation, under every model
    bool spurious = false;           // what may fail or wake without a reason does so, once a place
    bool volatile_is_relaxed = false;   // a volatile access is made once, and races with none
    std::vector<order_at_call> orders;  // in place of the source's
    bool unwritten_counts = false;      // the use of what was never written is a violation
    bool bit_fields_are_read = false;   // by the compiler, in front of their first store
    bool barriers_at_once = false;      // whatever the order is in which threads come to one
    bool locks_in_queue = false;        // who waits for one has no event before it is free
    bool retries_wait = false;          // rounds that fail and leave nothing are rounds of waiting
    bool symmetry = false;              // of threads that do the same, one order is visited
    bool kernel_code = false;           // plain accesses race by the rules of the model alone
};

// Why nothing more can be said about the program: one line for the user.
struct refusal {
    int status = 0;
    std::string what;
    const void* pc = nullptr;     // where in the program, or nullptr
    const void* other = nullptr;  // and at which other place
};

}  // namespace ringsim::sim::check
