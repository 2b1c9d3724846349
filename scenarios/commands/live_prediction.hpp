// What the model predicts for an experiment of live mode: may the consumer lose a wakeup?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel_model/order_table.hpp"
#include "kernel_model/uapi.hpp"

namespace ringsim::scenarios {

struct live_variant {
    order_table orders;
    trigger how = trigger::edge;
    std::uint64_t flags = 0;  // of bpf_ringbuf_submit()
    std::string_view arch;    // as uname(2) names the machine: x86_64, aarch64, ...
};

struct live_prediction {
    bool stalls_possible = false;
    std::string line;  // one clause, for the report
};

using live_predictor = live_prediction (*)(const live_variant&);

// Answers from how the compilers map the consumer's four accesses to instructions, and from the
// verdicts of herd7 on the store-buffering core of lost-wakeup with those instructions.
live_prediction predict_by_mapping(const live_variant& v);

// Answers by exploring lost-wakeup and lost-wakeup-prod with the graph engine where it has the
// machine's model, and as above elsewhere. A program without the simulator does not have it.
live_prediction predict_by_exploring(const live_variant& v);

// Who is asked. A program that has the engine puts it here.
inline live_predictor predict_live = predict_by_mapping;

}  // namespace ringsim::scenarios
