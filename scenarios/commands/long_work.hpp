// What goes on around a long exploration: Ctrl-C, and a line of progress on a terminal.
#pragma once

#include <atomic>
#include <mutex>
#include <string_view>
#include <thread>

#include "scenarios/program/settings.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::commands {

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
    progress(const settings& global, std::string_view what);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    // What is being done now, from here on.
    void now(std::string_view what);
    // Makes an exploration by the graph engine tell how far it is.
    void follow(worlds::graph_options& options);

  private:
    // Of the exploration at hand; `about` is the estimated number of executions, 0 if unknown.
    struct state {
        char what[120];
        std::uint64_t done;
        double about;
        double seconds;
    };
    void show();
    int write_line(char* line, std::size_t size, double elapsed);

    std::mutex mutex_;
    state state_{};
    std::atomic<bool> done_{false};
    std::thread shower_;
};

}  // namespace ringsim::scenarios::commands
