// The locations of a program under check: its memory, and words that stand for what the library
// does with locks, threads and the like.
//
// A location is what the engine orders accesses of: each has a modification order of its own. All
// but `memory` and `internal` have no bytes of the program's. They are words that a model of a
// library function reads and writes in the place of what the library does, so that who waits for
// whom, and what happens before what, comes out of the same rules as for any other access. The
// numbers by which the engine knows them are given anew in each execution, in the same order
// (events.hpp).
#pragma once

#include <cstdint>

namespace ringsim::sim::check {

// What a location is, for messages and traces.
enum class location_kind : std::uint8_t {
    memory,
    lock,
    condition,  // a condition variable's set of waiting threads
    wakeup,     // what one thread waits for in a condition variable
    barrier,
    semaphore,
    once,
    thread_start,
    thread_end,
    rcu_reader,  // whether a thread is in a section of RCU
    srcu,        // an srcu_struct, which lkmm's events name
    life,        // of an object that is made and destroyed by calls, or joined once
    internal,    // whether an object of the heap has been freed
    allocation,  // of an object of the heap, before what other threads do with it
};
struct location_of {
    location_kind kind = location_kind::memory;
    const void* address = nullptr;  // of the program's object
    unsigned size = 8;              // in bytes
    unsigned thread = 0;            // whose it is, of words that there is one of for each thread
    bool begins_unwritten = false;  // its initial value is none that anybody wrote
    bool has_parts = false;         // it is accessed in parts
    unsigned stack = 0;             // 1 + the thread whose stack it lies on
};

}  // namespace ringsim::sim::check
