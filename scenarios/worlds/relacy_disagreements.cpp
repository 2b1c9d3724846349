#include "scenarios/worlds/relacy_disagreements.hpp"

#include <algorithm>
#include <array>

#include "kernel_model/site_table.hpp"

namespace ringsim::scenarios::worlds {
namespace {

constexpr std::string_view fence_here =
    "a seq_cst fence on the kernel's side and seq_cst accesses on the consumer's exclude both "
    "stale loads, but Relacy orders fences with fences and accesses with accesses only";
constexpr std::string_view fence_there =
    "a seq_cst fence on the consumer's side and seq_cst accesses on the kernel's exclude both "
    "stale loads, but Relacy orders fences with fences and accesses with accesses only";

// The kernel's xchg() is seq_cst fence, exchange, seq_cst fence; the consumer has no fence.
constexpr std::array all_seq_cst{
    site_order{site::consumer_store_consumer_pos, order::seq_cst},
    site_order{site::consumer_load_producer_pos, order::seq_cst},
    site_order{site::consumer_load_header, order::seq_cst},
    site_order{site::commit_xchg_header, order::full},
};
// C++'s exchange in place of xchg(), seq_cst accesses around it, and a consumer with the fence.
constexpr std::array fence_and_header{
    site_order{site::consumer_recheck_fence, order::seq_cst},
    site_order{site::commit_xchg_header, order::seq_cst},
    site_order{site::commit_load_consumer_pos, order::seq_cst},
};
constexpr std::array fence_and_producer_pos{
    site_order{site::consumer_recheck_fence, order::seq_cst},
    site_order{site::commit_xchg_header, order::seq_cst},
    site_order{site::commit_load_consumer_pos, order::seq_cst},
    site_order{site::reserve_store_producer_pos, order::seq_cst},
};
// With a level trigger the fence is epoll_wait()'s, upstream.
constexpr std::array barrier_and_producer_pos{
    site_order{site::epoll_lock_barrier, order::seq_cst},
    site_order{site::commit_xchg_header, order::seq_cst},
    site_order{site::commit_load_consumer_pos, order::seq_cst},
    site_order{site::reserve_store_producer_pos, order::seq_cst},
};

constexpr auto lost = sim::violation::lost_notification;
constexpr auto safe = sim::violation::none;

constexpr std::array table{
    relacy_disagreement{"lost-wakeup", trigger::edge, all_seq_cst, lost, safe, fence_here},
    relacy_disagreement{"lost-wakeup-prod", trigger::edge, all_seq_cst, lost, safe, fence_here},
    relacy_disagreement{"uncommitted", trigger::edge, all_seq_cst, lost, safe, fence_here},
    relacy_disagreement{"lost-wakeup", trigger::edge, fence_and_header, lost, safe, fence_there},
    relacy_disagreement{"lost-wakeup-prod", trigger::edge, fence_and_producer_pos, lost, safe,
                        fence_there},
    relacy_disagreement{"lost-wakeup-prod", trigger::level, barrier_and_producer_pos, lost, safe,
                        fence_there},
};

// As upstream or stronger. The consumer's load of its own consumer_pos orders nothing here.
bool strong_enough(const order_table& orders, site s) {
    const order o = orders[s];
    return s == site::consumer_load_consumer_pos || o == info(s).initial || o == order::seq_cst ||
           o == order::full;
}

bool fits(const relacy_disagreement& d, const scenario& s, const variant& v) {
    if (d.scenario_name != s.name || d.how != v.how) return false;
    // One that stays at a BUSY record does not look at a header once more and sleep.
    if (s.name == "lost-wakeup" && v.consumer->stays_at_busy) return false;
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto where = static_cast<site>(i);
        const auto named = std::ranges::find(d.orders, where, &site_order::where);
        const bool ok = named != d.orders.end() ? v.orders[where] == named->how
                                                : strong_enough(v.orders, where);
        if (!ok) return false;
    }
    return true;
}

std::string_view verdict_of(sim::violation v) {
    return v == sim::violation::none ? "no violation" : name(v);
}

}  // namespace

std::span<const relacy_disagreement> relacy_disagreements() {
    return table;
}

const relacy_disagreement* find_disagreement(const scenario& s, const variant& v) {
    for (const relacy_disagreement& d : table)
        if (fits(d, s, v)) return &d;
    return nullptr;
}

std::string describe(const relacy_disagreement& d) {
    return "known disagreement: Relacy says " + std::string(verdict_of(d.relacy_says)) +
           ", C++20 says " + std::string(verdict_of(d.right)) + ": " + std::string(d.why);
}

}  // namespace ringsim::scenarios::worlds
