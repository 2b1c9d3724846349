// What the model predicts for an experiment of live mode: may the consumer lose a wakeup?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel_model/order_table.hpp"
#include "kernel_model/uapi.hpp"

namespace ringsim::scenarios::commands {

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

// Every execution of lost-wakeup and lost-wakeup-prod, under the memory model of the machine;
// under that of C++20 if there is none of it. The flags of the commit decide before the orders do.
live_prediction predict_live(const live_variant& v);

}  // namespace ringsim::scenarios::commands
