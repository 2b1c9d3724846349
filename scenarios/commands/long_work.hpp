// What goes on around a long exploration: Ctrl-C, and a line of progress on a terminal.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "scenarios/settings.hpp"

namespace ringsim::scenarios {

// While it lives, the first SIGINT or SIGTERM sets `interrupted`, so that explorers stop and what
// is known gets printed; the second one ends the program.
class interruptible {
  public:
    interruptible();
    ~interruptible();
    interruptible(const interruptible&) = delete;
    interruptible& operator=(const interruptible&) = delete;
};

// While it lives, a line on stderr says what is going on and for how long: only on a terminal, only
// after half a second, and it leaves nothing behind.
class progress {
  public:
    progress(const settings& global, std::string what);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

  private:
    void show();

    std::string what_;
    std::atomic<bool> done_{false};
    std::thread shower_;
};

}  // namespace ringsim::scenarios
