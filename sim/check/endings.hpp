// What is due at the ends of threads and of the program: calls that were asked for, and the
// destructors of values that threads have for themselves.
//
// Sources: POSIX, pthread_exit() and pthread_key_create(); ISO C, atexit(); C++,
// [basic.start.term]. What they say as one: the last that was asked for is called first, and a call
// may ask for more. What a thread asked for is kept as that thread's: when it is started over it
// asks again, and two threads that ask in one order or another need no event for it. So keys have
// numbers that say whose they are, and what a thread asked for that main() did not join is not
// called at the program's end.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/engine.hpp"

namespace ringsim::sim::check {

struct ending {
    void (*f)(void*);
    void* argument;
};

class endings {
  public:
    void thread_begins(unsigned thread) { of_[thread] = {}; }
    // What is due by the thread, as far as it can differ without an event: appends it.
    void note_own_state(unsigned thread, std::string& to) const;

    void at_thread_exit(unsigned thread, ending e) { of_[thread].of_thread.push_back(e); }
    // After all that is due already, and will be.
    void last_at_thread_exit(unsigned thread, ending e) {
        auto& due = of_[thread].of_thread;
        due.insert(due.begin(), e);
    }
    void at_exit(unsigned thread, ending e) { of_[thread].of_program.push_back(e); }
    // The process ends without them, as by _exit().
    void forget() { of_[0].forgotten = true; }

    // pthread_key_create(): the number of a key, whether one has that number, and the value that
    // the thread has behind one.
    unsigned new_key(unsigned thread, void (*destructor)(void*));
    bool is_key(unsigned key) const { return destructors_.contains(key); }
    void*& value(unsigned thread, unsigned key) { return of_[thread].values[key]; }

    // What is due at the end of a thread, in the thread itself: the calls are code of the program,
    // and make events as any other. `destructors`: also those of the values behind keys that
    // are not `deleted`.
    void run_of_thread(unsigned thread, bool destructors,
                       const std::function<bool(unsigned key)>& deleted);
    // What is due at the end of the program: by main(), by threads that it `joined` (bits), and
    // before it began (`early`).
    void run_of_program(std::uint32_t joined, const std::vector<ending>& early);

  private:
    struct due {
        std::vector<ending> of_thread;
        std::vector<ending> of_program;
        bool forgotten = false;
        unsigned keys = 0;
        std::map<unsigned, void*> values;
    };

    void run_destructors(unsigned thread, const std::function<bool(unsigned)>& deleted);

    std::array<due, threads_max> of_;
    std::map<unsigned, void (*)(void*)> destructors_;  // by the key
};

}  // namespace ringsim::sim::check
