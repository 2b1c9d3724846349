// The explorers of each model, each model in a source file of its own.
#pragma once

#include "sim/graph/program.hpp"
#include "sim/graph/schedule.hpp"
#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::graph {

struct model_explorers {
    exploration_report (*exhaustively)(program&, const std::vector<location_info>&,
                                       const exploration_limits&, observer&);
    exploration_report (*search)(program&, const std::vector<location_info>&, walk_policy&,
                                 const exploration_limits&, observer&);
    recorded_execution (*replay)(program&, const std::vector<location_info>&, const schedule&);
};

extern const model_explorers sc_explorers;
extern const model_explorers x86_tso_explorers;
extern const model_explorers rc11_explorers;
extern const model_explorers armv8_explorers;
extern const model_explorers riscv_explorers;
extern const model_explorers power_explorers;
extern const model_explorers lkmm_explorers;

}  // namespace ringsim::sim::graph
