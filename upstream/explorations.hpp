// Explorations of code that is compiled and run as it is, each in a process of its own: what it
// overwrites is not ours, and each begins with fresh memory. As many run at once as jobs() says.
#pragma once

#include <deque>
#include <memory>

#include "upstream/explore.hpp"

namespace ringsim::upstream_code {

class explorations {
  public:
    explorations();
    // Ends those that are under way.
    ~explorations();
    explorations(const explorations&) = delete;
    explorations& operator=(const explorations&) = delete;

    // One more, behind the others. The program and the sources outlive this.
    void plan(const sim::check::built_program& program, const sources& from, task t);
    // What came of the next one, in the order in which they were planned. Throws
    // scenarios::machine_error, and std::runtime_error for a bug.
    result next();

  private:
    class child;
    struct planned {
        const sim::check::built_program* program;
        const sources* from;
        task what;
        std::unique_ptr<child> by{};
    };
    void begin_some();

    std::deque<planned> planned_;
};

}  // namespace ringsim::upstream_code
