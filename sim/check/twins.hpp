// Threads of a program that do the same, found while it runs: main() starts them one right after
// the other, to run the same function with the same argument, and joins them one right after the
// other, or none of them. Arguments are the same, too, that are objects of the heap with the same
// bytes, each for one thread: so it is where C++ starts a std::thread.
//
// That they are the same to others as well cannot be seen from that; whatever tells one from
// another is looked for in each execution, and ends it for the whole program: what they return, an
// asking for the own number, somebody else who waits for one of them or looks into its argument.
// What they access, the search compares (sim/graph/symmetry.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/check/thread_table.hpp"
#include "sim/engine.hpp"
#include "sim/graph/event.hpp"

namespace ringsim::sim::check {

// A thread that main() starts. `own`: the bytes of its argument, which is an object of the heap.
struct thread_start {
    unsigned thread;
    std::uint64_t task_number;  // of thread_table
    task what;
    std::vector<char> own;
    std::uint64_t time;  // at which it begins
};

class twins {
  public:
    twins() { before_.fill(graph::no_thread); }

    // The nearest twin with a smaller number, or graph::no_thread.
    std::uint8_t before(unsigned thread) const { return before_[thread]; }
    bool is_one(unsigned thread) const { return (all_ & (1u << thread)) != 0; }
    bool are_apart() const { return are_apart_; }

    // Of a task: the number of the first one that is the same.
    std::uint64_t task_of(std::uint64_t number) const;
    // Whether the addresses are the same places in the arguments of the two.
    bool same_in_arguments(const void* a, unsigned of, const void* b, unsigned twin) const;

    // All below say whether something was found out, so that the exploration has to begin again.

    void begin_exploration();
    void main_begins();
    // main() starts a thread. `apart`: it did something since the last start that others may see.
    bool starts(thread_start s, bool apart);
    // It has so many events then.
    void has_started(std::uint64_t events) { start_ends_ = events; }
    // Whether what main() did last but for its own affairs was such a start, and where that ended.
    bool has_just_started() const { return !started_.empty(); }
    std::uint64_t last_start_ends() const { return start_ends_; }
    // What only main() is to access.
    void keep_to_main(graph::location_id l);
    bool accesses(unsigned thread, graph::location_id l, const void* address) {
        return all_ != 0 && is_too_near(thread, l, address) && apart();
    }
    // `joiner` is about to wait for the end of `thread`, and has then come to know what it
    // returned.
    bool joins(unsigned joiner, unsigned thread);
    bool returned(unsigned thread, std::uint64_t result);
    // It does what tells it from its twins, if it has some.
    bool shows_itself(unsigned thread) { return is_one(thread) && apart(); }
    // main() does something else, or fails.
    bool goes_on() { return half_joined_ && apart(); }

    // An access has the address of a thread's own argument for a value: that tells it from others.
    bool points_out(std::uint64_t value) { return with_own_ != 0 && is_own(value) && apart(); }

  private:
    struct object {
        const char* address = nullptr;
        std::size_t bytes = 0;
        bool operator==(const object&) const = default;
        bool has(const void* at) const {
            return static_cast<std::size_t>(static_cast<const char*>(at) - address) < bytes;
        }
    };

    bool apart();
    std::uint32_t class_of(unsigned thread) const;
    bool is_own(std::uint64_t value) const;
    bool is_too_near(unsigned thread, graph::location_id l, const void* address) const;

    std::array<std::uint8_t, threads_max> before_;
    std::uint32_t all_ = 0;       // threads that have a twin
    std::uint32_t with_own_ = 0;  // whose arguments are objects of their own
    std::array<object, threads_max> own_{};
    std::vector<std::uint64_t> tasks_;  // task_of() of each number
    std::vector<bool> mains_;           // by location
    bool are_apart_ = false;
    // What is known of a class: a result, by its first thread; 0: none was seen.
    std::array<std::uint64_t, threads_max> results_{};
    // Of the run of main() at hand.
    std::vector<thread_start> started_;  // one right after the other
    std::uint32_t begun_ = 0;            // all that were started
    std::uint64_t start_ends_ = 0;
    std::uint32_t joined_ = 0;
    bool half_joined_ = false;
};

}  // namespace ringsim::sim::check
