// What an order table costs on a machine: the instructions that its accesses become.
#pragma once

#include <string>
#include <vector>

#include "kernel_model/order_table.hpp"
#include "sim/graph/mapping.hpp"

namespace ringsim::scenarios::study {

// Whether the model is of a machine, and its mapping gives instructions.
bool is_machine(sim::graph::model_id m);

struct instruction_count {
    std::string_view name;
    unsigned times;
};

// Each of the sites once.
struct order_cost {
    std::vector<instruction_count> accesses;
    std::vector<instruction_count> barriers;

    unsigned access_count() const;
    unsigned barrier_count() const;
};
order_cost cost_of(const order_table& orders, const std::vector<site>& sites,
                   sim::graph::model_id m, const sim::graph::mapping& how);

// "4 accesses and 1 barrier: 3 ldar, 1 stlr, 1 dmb ish"
std::string to_text(const order_cost& cost);

}  // namespace ringsim::scenarios::study
