// `check`, with another search than that of every execution in one go.
#pragma once

#include <optional>

#include "scenarios/commands/check_options.hpp"
#include "scenarios/program/settings.hpp"
#include "sim/check/compile.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::scenarios::commands {

// Called in the process that explores, but for built().
class check_search : public sim::check::round_explorer {
  public:
    // Throws user_error, if it is another program than expected.
    virtual void built(const sim::check::built_program& program) { (void)program; }
    // Before the first round, of each model and mapping.
    virtual void begins(sim::graph::model_id m, const sim::graph::mapping& how) {
        (void)m, (void)how;
    }
    // Whether it also goes through what is explored for its status alone.
    virtual bool takes_all() const { return false; }
    // Whether it comes to a verdict; otherwise nobody asks what other compilers make of it.
    virtual bool judges() const { return true; }
    // Behind the last round. `refused`: it turned out that the program cannot be explored.
    virtual void explored(bool refused) { (void)refused; }
    // An exit status, if nothing is to be told of the search.
    virtual std::optional<int> status() const { return std::nullopt; }
};

// As `ringsim check` with these options.
int check_in_parts(const check_options& what, check_search& how, const settings& global);

}  // namespace ringsim::scenarios::commands
