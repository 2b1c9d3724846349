// The machines that there are, one for each model that has one. The exploration is compiled for
// each of them anew, because a state is copied for every way on and its size and layout should be
// known then. Another model: a memory of its own (memory.hpp says what it needs), and a line in
// either function.
#include "sim/states/explore.hpp"

#include <stdexcept>

#include "sim/states/explorer_parts.hpp"
#include "sim/states/looking_ahead.hpp"
#include "sim/states/rc11.hpp"
#include "sim/states/sc.hpp"
#include "sim/states/tso.hpp"

namespace ringsim::sim::states {

bool has_machine(graph::model_id m) {
    return m == graph::model_id::sc || m == graph::model_id::x86_tso || m == graph::model_id::rc11;
}

// One exploration, one explorer: it is made, run and thrown away, and what it found is in the
// report or has been told to the watcher.
exploration_report explore(graph::model_id m, graph::program& p,
                           const std::vector<graph::location_info>& locations,
                           const exploration_limits& limits, observer& watcher) {
    switch (m) {
        case graph::model_id::sc:
            return explorer<sc_memory>(p, locations, limits, watcher).run();
        case graph::model_id::x86_tso:
            return explorer<tso_memory>(p, locations, limits, watcher).run();
        case graph::model_id::rc11:
            return explorer<rc11_memory>(p, locations, limits, watcher).run();
        default:
            throw std::invalid_argument("there is no machine of states for " +
                                        std::string(graph::name(m)));
    }
}

}  // namespace ringsim::sim::states
