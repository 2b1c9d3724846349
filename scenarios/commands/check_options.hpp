// What makes a search of a program under check: what is compiled, and what counts as what in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/graph_search_options.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::scenarios::commands {

struct check_options {
    std::vector<std::string> files;
    std::vector<std::string> flags;  // of the compiler
    std::string model = "rc11";
    std::string mapping;
    std::string at;  // orders by lines
    bool keep_going = false;
    std::uint64_t loop_bound = 0;
    std::string exit_status = "counts";
    std::string races = "count";
    std::string unwritten = "count";
    std::string volatiles;  // empty: by the model
    bool spurious = false;
    std::string reduce = "all";
    bool allow_unseen = false;

    // All but model and mapping, which commands have in different ways: in two parts, for other
    // options stand between them.
    void declare_first(option_set& options);
    void declare_rest(option_set& options);
    // The command that explores the same under this model, in two parts: `ringsim check` with
    // what stands before the options of the search, and with what stands behind them.
    std::string command(sim::graph::model_id m, const sim::graph::mapping& how,
                        const graph_search_options& search) const;
    std::string rest_of_command() const;
    // Those of declare_first() and declare_rest() that were given: "--at --spurious".
    std::string given() const;
    // All but the files and flags, in one line, and back. Throws std::exception for what is none.
    std::string to_text() const;
    void take_text(const std::string& text);
};

}  // namespace ringsim::scenarios::commands
