// The options by which a user chooses what is explored, and how; the same for every command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/graph_search_options.hpp"
#include "scenarios/study/scenario_names.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {

// --kernel, --bits, --consumer and --wakeup: words of an order table that have options of their
// own.
class code_options {
  public:
    void declare(option_set& options);
    // What these options say, as words behind a table: " kernel=5.8 bits=8".
    std::string words() const;
    // --wakeup full, and nothing else of these.
    bool only_full_wakeup() const;

  private:
    std::string kernel_, bits_, consumer_, wakeup_;
};

class search_options {
  public:
    search_options(std::string default_orders, std::uint64_t default_iterations)
        : default_orders_(std::move(default_orders)), default_iterations_(default_iterations) {}

    void declare(option_set& options);
    // The variant and the search as given. Throw user_error.
    worlds::variant code() const;
    bool has_orders() const { return !orders_.empty(); }
    // The same for one scenario: where nobody asked for orders and the scenario states no verdict
    // for the usual ones, the first variant that it does state.
    worlds::variant code_for(const scenario& s) const;
    study::search how() const;
    // Of a command that makes many explorations: how() without --time, which is theirs together.
    study::search how_of_each() const;
    const std::string& time() const { return graph_.time; }  // empty: not given
    // The first option but --time that says how to search, if one was given; for a command that
    // visits every execution whatever these say, and has models of its own. Empty if there is none.
    std::string_view first_of_search() const;
    // Where nobody asked for an engine, nor for what only Relacy has: the search that finds what
    // Relacy missed. Nothing otherwise.
    std::optional<study::search> thorough() const;
    // Whether nobody names an engine, but what only the graph engine has: it is taken then.
    bool graph_is_meant() const {
        return engine_.empty() && worlds::relacy_available() &&
               (!model_.empty() || !mapping_.empty() || !graph_.search.empty());
    }

  private:
    void refuse_mixture() const;
    bool is_graph() const {
        return engine_ == "graph" || !worlds::relacy_available() || graph_is_meant();
    }

    std::string default_orders_;
    std::string orders_;   // empty: not given
    std::string trigger_;  // empty: not given
    code_options code_;
    std::string engine_;  // empty: not given
    std::string model_;
    std::string mapping_;
    std::string scheduler_;             // empty: not given; random
    std::uint64_t default_iterations_;  // of Relacy
    graph_search_options graph_;        // bound, seed and number are of both engines
};

}  // namespace ringsim::scenarios::commands
