// What `ringsim live` prints.
#pragma once

#include "consumer/live/experiment.hpp"
#include "consumer/live/foreign_ring.hpp"
#include "scenarios/commands/live_prediction.hpp"
#include "scenarios/program/settings.hpp"

namespace ringsim::scenarios::commands {

// How an observation and the prediction go together.
enum class live_verdict : std::uint8_t {
    stalls_as_predicted,
    stalls_unpredicted,
    no_stall_as_predicted,
    no_stall_seen,    // although they are possible: a run proves nothing
    sequence_broken,  // a record was lost, torn or out of order
};
live_verdict judge_live(const consumer::live::observation& seen, const live_prediction& predicted);

// 0 unless the observation contradicts the prediction, or the sequence is broken.
int exit_status_of(live_verdict v);

void print_live(const settings& global, const consumer::live::experiment_setup& setup,
                const consumer::live::observation& seen, const live_prediction& predicted,
                bool interrupted);

void print_foreign(const settings& global, const consumer::live::foreign_ring& ring,
                   const consumer::live::foreign_activity& seen, bool interrupted);

}  // namespace ringsim::scenarios::commands
