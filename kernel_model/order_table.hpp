// The order table: which order each site has.
//
// Leaf header: includes nothing of the project but the orders and the sites.
#pragma once

#include <array>
#include <cstddef>

#include "kernel_model/order.hpp"
#include "kernel_model/site.hpp"

namespace ringsim {

// One order for each site. A structural type: a template argument where the consumer runs on a real
// ring (it folds away), a run-time value in exploration.
struct order_table {
    std::array<order, site_count> orders;

    constexpr order operator[](site s) const { return orders[static_cast<std::size_t>(s)]; }
    constexpr order_table with(site s, order o) const {
        order_table changed = *this;
        changed.orders[static_cast<std::size_t>(s)] = o;
        return changed;
    }
    friend constexpr bool operator==(const order_table&, const order_table&) = default;
};

}  // namespace ringsim
