// Why an order is needed by nobody: for a site that every scenario does without under some model,
// the reason in one line. What is not here is needed, or was not put to the test.
#pragma once

#include <span>
#include <string_view>

#include "kernel_model/order.hpp"
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios::study {

struct idle_order {
    site where;
    order weakened_to;
    std::uint16_t under;  // of model_bits: where nobody needs more
    std::string_view why;
};

std::span<const idle_order> idle_orders();

// Empty if none is stated. Of sc and x86-tso the reason is one of the model, for all sites.
std::string_view why_idle(site where, order weakened_to, model_bits model);

}  // namespace ringsim::scenarios::study
