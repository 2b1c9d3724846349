// What a thread of a program under check has for itself, in one run of it: restore_own() makes it
// anew when the thread is started over, for another execution.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/check/entry.hpp"
#include "sim/check/memory.hpp"
#include "sim/check/objects.hpp"
#include "sim/check/thread_table.hpp"

namespace ringsim::sim::check {

// What the C++ runtime knows of exceptions in flight; each thread has its own.
struct exception_state {
    void* caught = nullptr;
    std::uint64_t uncaught = 0;
};
// A place in the program that a thread came by since it last changed anything.
struct place_visited {
    const void* pc;
    const char* stack;
    std::uint64_t position;  // in its events, the last time
    std::uint64_t first;     // and the first
    bool loops;              // then also:
    std::array<std::uint64_t, 6> saved;
    std::vector<char> copy;                              // of the stack
    std::vector<std::pair<const void*, unsigned>> held;  // locks, and how often
};
// Of RCU, or of an srcu_struct, that a thread is in; and where the outermost began.
struct read_sections {
    const void* srcu;
    unsigned depth = 0;
    unsigned begins_at = 0;
};
// What rcu_dereference() pointed to, and the place of that read in the thread.
struct dereferenced {
    const char* object;
    std::size_t bytes;
    unsigned read;
};
struct thread_state {
    task work;
    // Its function has returned, or pthread_exit() was called: what is called now is called at its
    // end.
    bool ends = false;
    // Of loops that turn round: sim/check/spinning.cpp. The first `places_used` count.
    std::vector<place_visited> places;
    std::size_t places_used = 0;
    std::uint64_t seen_position = 0;  // of its last visit to an entry point, in its events
    unsigned visits_here = 0;         // behind the same event, before it
    // If there is a bound: places it came by, in order, and how often.
    std::vector<std::pair<const void*, std::uint64_t>> rounds;
    unsigned allocated = 0;                      // objects of the heap, in this run
    std::vector<std::pair<region*, char*>> own;  // granules that nobody else touched
    // Objects of the heap that it freed.
    std::vector<heap_object*> freed;
    std::set<const void*> come_to;  // objects that others allocated
    std::set<std::uint32_t> gone;   // granules of its stack, by offset, of frames that ended
    // What the granules of its stack that others look into held when another thread began to run.
    std::vector<std::uint64_t> kept_of_stack;
    // Parts of its stack, of variables whose block has ended; and the function.
    std::map<std::uint32_t, std::uint64_t> ended;
    // Of the C++ runtime and the C library: kept here while another thread runs.
    const void* thrown_at = nullptr;
    exception_state exceptions;
    int error = 0;         // errno
    int cancel_state = 0;  // PTHREAD_CANCEL_ENABLE
    program_place here;
    // The place of its last marked read of kernel code, which a branch may look at.
    std::optional<unsigned> tested;
    std::vector<read_sections> sections;
    std::vector<dereferenced> dereferences;
    std::string failed;  // how an assertion failed, if that is judged in the end
    // Plain accesses that are meant to race: runtime::mean_races().
    int means_races = 0;
    unsigned means_races_next = 0;
    std::vector<char> tls;  // its thread-local data, while another thread runs
    std::map<const void*, void*> emulated_variables;  // and where each of those on the heap is
    void* way_out[5] = {};  // of __builtin_setjmp(): out of its function, for exit_thread()
    void* result = nullptr;
    // Of pthread_exit(), sim/check/leaving.cpp: the innermost place of pthread_cleanup_push(), and
    // what the unwinder knows the way by.
    void* cleanup = nullptr;
    alignas(16) std::array<std::uint64_t, 4> leaving{};
};

}  // namespace ringsim::sim::check
