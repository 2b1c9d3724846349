// One search on several processor cores, by as many processes. What comes of it is what one process
// would have come to, to the byte: parts are added up in the order of the search.
//
// Processes and not threads: the running engine, the stacks of its fibers, its signal handlers and
// a program that is checked belong to the whole process.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// What a program and whoever watches it learn from executions, but for violations and what is in
// the report: what another process learned is carried over as bytes.
class gathered {
  public:
    virtual ~gathered() = default;
    virtual void forget() = 0;
    // In the other process, instead of what the watcher hears of each violation: whether the
    // watcher would look at it.
    virtual bool violation(const verdict_of_program& what) { return (void)what, true; }
    virtual std::string bytes() const = 0;
    // Of a part of the search; parts come in the order of the search.
    virtual void add(std::string_view bytes) = 0;
    // The bytes of two parts together; empty ones are of none.
    virtual std::string both(const std::string& first, const std::string& second) const {
        return first.empty() ? second : first;
    }
    // How many violations the watcher looks at, the first ones: they are carried over too, and
    // found once more, by violation_found() alone.
    virtual std::uint64_t violations_wanted() const = 0;

    // --- of programs that find out what they are while they run ---------------------------------
    // What is found out belongs to the process in which it is, and may make a difference to what
    // comes later in the search. So whoever helps leaves an execution in which there is news, and
    // what is behind it, to the process that it helps: that one finds out the same, in its turn.
    //
    // Called in a new process, before all else there.
    virtual void in_another_process() {}
    // Whether something was found out since the process began.
    virtual bool has_news() const { return false; }
    // The execution that has just ended counts: bytes() is of those of which this was said.
    virtual void counts() {}
    // Grows with all that is found out: who was begun at another number does not know it.
    virtual std::uint64_t known() const { return 0; }
};

inline constexpr unsigned jobs_max = 256;

// The processes that a search is shared among: one for each core that this one may run on, unless
// something else was asked for.
unsigned jobs();
void set_jobs(unsigned how_many);  // 0: nothing else is
// How long one process goes through a search before others share it: most searches are over by
// then, and a fork of this process with all its memory is not free. Tests set it to nothing, for
// what is over by then depends on the machine.
inline constexpr std::chrono::milliseconds alone_at_first{40};
void set_alone_at_first(std::chrono::milliseconds how_long);
std::chrono::milliseconds alone_now();

// As explore_exhaustively(). Short searches, those that end after some number of executions, and
// those whose parts depend on one another are not shared.
exploration_report explore_with_jobs(model_id m, program& p,
                                     const std::vector<location_info>& locations,
                                     const exploration_limits& limits, observer& watcher,
                                     gathered& learned);

}  // namespace ringsim::sim::graph
