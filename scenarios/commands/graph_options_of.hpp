// The options of the graph engine that verify, outcomes and cross share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/graph_search_options.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {

class graph_command_options {
  public:
    void declare(option_set& options);

    // The models asked for, in the order of model_names. Throws user_error.
    std::vector<sim::graph::model_id> models() const;
    // What to explore with under a model; every execution is visited. Throws user_error.
    study::search how(sim::graph::model_id m) const;
    // The variants of a scenario: the one asked for, or all of which it states a verdict. Throws
    // user_error.
    std::vector<worlds::variant> variants(const scenario& s) const;
    // Whether a scenario that nobody named takes part: with --wakeup full, one that waits.
    bool takes_part(const scenario& s) const;
    // Whether orders were asked for, instead of those that scenarios state.
    bool has_orders() const { return !orders_.empty(); }
    // Or a trigger.
    bool has_trigger() const { return !trigger_.empty(); }
    // Whether what was asked for can end in a proof.
    bool exhaustive() const;
    // An option that was given and that has a meaning for executions only; empty if there is none.
    std::string_view only_for_executions() const;
    // An option that was given and that has a meaning for scenarios only; empty if there is none.
    std::string_view only_for_scenarios() const;
    // What was asked for, or this if nothing was; and as it was given.
    std::string model_or(const std::string& otherwise) const;
    const std::string& mapping() const { return mapping_; }
    // A limit of executions or time that was given; empty if there is none.
    std::string_view limit() const;
    const std::string& time() const { return search_.time; }  // empty: not given
    // Whether something was asked for at all, other than what is the default.
    bool chosen() const;

  private:
    std::string orders_;
    std::string trigger_;
    code_options code_;
    std::string model_ = "sc,x86-tso,rc11";
    std::string mapping_;
    graph_search_options search_;
};

}  // namespace ringsim::scenarios::commands
