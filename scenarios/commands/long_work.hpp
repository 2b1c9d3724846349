// What goes on around a long exploration: Ctrl-C, a limit of time, and a line of progress on a
// terminal.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "scenarios/commands/command.hpp"
#include "scenarios/program/settings.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::commands {

// Declares --time; `time` gets what the user gave, and is empty if it was not given.
void declare_time(option_set& options, std::string& time);

// While it lives, the first SIGINT or SIGTERM sets `interrupted`, so that explorers stop and what
// is known gets printed; the second one ends the program. One lives at a time.
class interruptible {
  public:
    // `time` is what declare_time() got: when so much has passed since now, the work is stopped as
    // by a signal. A command whose work is one exploration gives the explorer that limit instead.
    // Throws user_error.
    explicit interruptible(std::string_view time = {});
    ~interruptible();
    interruptible(const interruptible&) = delete;
    interruptible& operator=(const interruptible&) = delete;

    // Why `interrupted` is set: "interrupted", or "stopped by --time 5s".
    std::string reason() const;

  private:
    std::string time_;
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
