// The explorers of each model, each model in a source file of its own.
#pragma once

#include <array>
#include <exception>
#include <memory>

#include "sim/graph/part.hpp"
#include "sim/graph/program.hpp"
#include "sim/graph/schedule.hpp"
#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::graph {

// Graphs of these sizes there are, the smallest first.
inline constexpr unsigned graph_sizes = 3;

// What a model can do, as functions: one constant of this type for each model, defined in its
// source file. It is a table of function pointers and not a class with virtual functions, for
// nothing has a state.
struct model_explorers {
    exploration_report (*exhaustively)(program&, const std::vector<location_info>&,
                                       const exploration_limits&, observer&);
    exploration_report (*search)(program&, const std::vector<location_info>&, walk_policy&,
                                 const exploration_limits&, observer&);
    recorded_execution (*replay)(program&, const std::vector<location_info>&, const schedule&);
    // A search that can be done in parts, in graphs of this size (from 0). The caller begins again
    // with the next one when it ends with exploration_end::too_large.
    std::unique_ptr<part_search> (*in_parts)(unsigned size, program&,
                                             const std::vector<location_info>&,
                                             const exploration_limits&, observer&);
};

extern const model_explorers sc_explorers;
extern const model_explorers x86_tso_explorers;
extern const model_explorers rc11_explorers;
extern const model_explorers armv8_explorers;
extern const model_explorers riscv_explorers;
extern const model_explorers power_explorers;
extern const model_explorers lkmm_explorers;

// In the order of model_id, and none of a model that the program was linked without: the small
// program that the launcher builds first has one alone.
extern const std::array<const model_explorers*, model_count> all_explorers;
struct model_absent final : std::exception {
    const char* what() const noexcept override { return "this program lacks the model"; }
};
// Throws model_absent.
const model_explorers& explorers_for(model_id m);
// Nothing, or why the program does not fit into a graph.
std::string does_not_fit(const program& p, const std::vector<location_info>& locations);

}  // namespace ringsim::sim::graph
