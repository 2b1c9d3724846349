// Many explorations, one after the other, of which several processes do what comes next: the
// results are those of explore(), in the order in which they are asked for.
//
// It is for tables of scenarios, variants and models: their cells have nothing to do with one
// another, and under the models whose searches are not shared (sim/graph/jobs.hpp) each would keep
// one core busy and no more.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "scenarios/study/search.hpp"

namespace ringsim::scenarios::study {

class explorations_ahead {
  public:
    explorations_ahead();
    // Ends all processes.
    ~explorations_ahead();
    explorations_ahead(const explorations_ahead&) = delete;
    explorations_ahead& operator=(const explorations_ahead&) = delete;

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
        std::optional<worlds::exploration> result{};
        bool failed = false;  // whoever began it is gone, or threw
    };
    class process;

    // Whether this task is what is asked for.
    static bool is_for(const task& t, const scenario& s, const worlds::variant& v,
                       const search& how);
    // Reads what processes have to say, until something of this task is known.
    void wait_for(task& t);

    std::deque<task> tasks_;
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<process>> processes_;
};

}  // namespace ringsim::scenarios::study
