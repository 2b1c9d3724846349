// Work that falls into numbered tasks, of which several processes do what comes next: what comes of
// them is asked for in their order.
//
// It is for tables and lists, whose rows have nothing to do with one another: a search of its own
// kind is shared by jobs.hpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ringsim::sim::graph {

class tasks_ahead {
  public:
    // Does a task, in a process that is a fork of this one as it is now: what comes of it, as
    // bytes. What it throws ends the process.
    using work = std::function<std::string(std::size_t)>;

    tasks_ahead();
    // Ends all processes.
    ~tasks_ahead();
    tasks_ahead(const tasks_ahead&) = delete;
    tasks_ahead& operator=(const tasks_ahead&) = delete;

    // Begins as many processes as jobs() says, unless there is too little to share.
    void begin(std::size_t tasks, const work& how);
    // What came of a task, once. Nothing: nobody does it, or whoever began it is gone; so it is,
    // for all tasks, once `interrupted` is set. Then it is for this process, which meets the same.
    std::optional<std::string> take(std::size_t task, const std::atomic<bool>& interrupted);

  private:
    struct state {
        std::optional<std::string> result{};
        bool failed = false;  // whoever began it is gone
    };
    class process;

    std::vector<state> tasks_;
    std::vector<std::unique_ptr<process>> processes_;
};

}  // namespace ringsim::sim::graph
