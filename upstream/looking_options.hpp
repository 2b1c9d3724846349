// The options that `kernel` and `upstream` share: how much of each exploration is looked at, which
// execution is shown, and orders to try at lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/commands/command.hpp"
#include "upstream/explore.hpp"
#include "upstream/orders_by_line.hpp"

namespace ringsim::upstream_code {

class looking_options {
  public:
    // `example`: of --at.
    void declare(scenarios::commands::option_set& options, std::string_view example);

    bool replays() const { return replay_ != 0; }
    bool saves() const { return !save_.empty(); }
    bool tries_orders() const { return !at_.empty(); }
    // Throws scenarios::user_error if the file to save in is there.
    void check_saving() const;

    // The program of which the lines are; before there is any task. Throws scenarios::user_error.
    void find_lines(const sim::check::built_program& program);
    // What a task has of these options.
    void put_into(task& t) const;
    // For the command that shows an execution again: " --at X=Y", as words of a command line.
    std::string words_again() const;

    // Of each exploration, when it is over: what was asked for and did not come is told.
    void note(const result& r, sim::graph::model_id m, const scenarios::settings& global);
    // Behind the last one. Throws scenarios::user_error.
    void check_all_used() const { orders_.check_all_used(); }

  private:
    std::string at_;
    orders_by_line orders_;
    std::string save_;
    bool force_ = false;
    std::uint64_t replay_ = 0;
    std::uint64_t executions_ = 0;
    std::string time_;
};

}  // namespace ringsim::upstream_code
