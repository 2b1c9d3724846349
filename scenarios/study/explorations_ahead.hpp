// Many explorations, one after the other, of which several processes do what comes next: the
// results are those of explore(), in the order in which they are asked for.
//
// It is for tables of scenarios, variants and models: their cells have nothing to do with one
// another, and most of them are too small for their searches to be shared (sim/graph/jobs.hpp).
#pragma once

#include <cstddef>
#include <vector>

#include "scenarios/study/search.hpp"
#include "sim/graph/tasks_ahead.hpp"

namespace ringsim::scenarios::study {

class explorations_ahead {
  public:
    // One that will be asked for, behind those that were planned before. The scenario outlives
    // this. Without a limit of time that all of them have together: how much of it is left for one
    // would depend on the others.
    void plan(const scenario& s, const worlds::variant& v, const search& how);
    // All are planned: processes begin, as many as jobs() says, unless there is nothing to share.
    void begin();
    // As explore(). What was not planned, or failed in its process, is explored here.
    worlds::exploration next(const scenario& s, const worlds::variant& v, const search& how);

  private:
    struct task {
        const scenario* of;
        worlds::variant code;
        search how;
    };

    // Whether this task is what is asked for.
    static bool is_for(const task& t, const scenario& s, const worlds::variant& v,
                       const search& how);

    std::vector<task> tasks_;
    std::size_t next_ = 0;
    sim::graph::tasks_ahead ahead_;
};

}  // namespace ringsim::scenarios::study
