#include "scenarios/commands/live_prediction.hpp"

namespace ringsim::scenarios {
namespace {

// The consumer's half of the store-buffering cycle: its store of consumer_pos, the fence, and its
// two re-checks. The kernel's half is ordered everywhere: xchg() is a full barrier.
struct consumer_half {
    order store, fence, load_producer_pos, load_header;

    explicit consumer_half(const order_table& orders)
        : store(orders[site::consumer_store_consumer_pos]),
          fence(orders[site::consumer_recheck_fence]),
          load_producer_pos(orders[site::consumer_load_producer_pos]),
          load_header(orders[site::consumer_load_header]) {}

    bool fenced() const { return fence == order::seq_cst; }
    bool seq_cst_throughout() const {
        return store == order::seq_cst && load_producer_pos == order::seq_cst &&
               load_header == order::seq_cst;
    }
};

// A seq_cst store is an xchg, a seq_cst fence an mfence or a locked instruction; everything else is
// a plain move, and a plain load may overtake a plain store.
bool ordered_on_x86(const consumer_half& c) {
    return c.fenced() || c.store == order::seq_cst;
}

// A release store is STLR and an acquire load LDAR, and an LDAR waits for every STLR before it.
// With the RCpc extension an acquire load may be LDAPR, which does not; a seq_cst load is LDAR.
bool ordered_on_arm64(const consumer_half& c) {
#ifdef __ARM_FEATURE_RCPC
    constexpr bool acquire_is_ldar = false;
#else
    constexpr bool acquire_is_ldar = true;
#endif
    const auto stlr = [](order o) { return o == order::release || o == order::seq_cst; };
    const auto ldar = [](order o) {
        return o == order::seq_cst || (acquire_is_ldar && o == order::acquire);
    };
    return c.fenced() || (stlr(c.store) && ldar(c.load_producer_pos) && ldar(c.load_header));
}

// POWER, RISC-V and the rest: what C++20 itself promises of the consumer's half.
bool ordered_by_the_language(const consumer_half& c) {
    return c.fenced() || c.seq_cst_throughout();
}

std::string_view display_name(std::string_view arch) {
    return arch == "x86_64" ? "x86-64" : arch;
}

}  // namespace

live_prediction predict_by_mapping(const live_variant& v) {
    const std::string on = " on " + std::string(display_name(v.arch));
    const std::string how =
        v.how == trigger::edge ? " with an edge trigger" : " with a level trigger";
    if (v.flags & BPF_RB_FORCE_WAKEUP)
        return {false, "no stall: BPF_RB_FORCE_WAKEUP notifies at every commit"};
    if (v.flags & BPF_RB_NO_WAKEUP)
        return {true, "stalls: with BPF_RB_NO_WAKEUP no commit ever wakes the consumer"};

    const consumer_half half(v.orders);
    const bool x86 = v.arch == "x86_64" || v.arch == "i686";
    const bool arm64 = v.arch == "aarch64";
    const bool ordered = x86     ? ordered_on_x86(half)
                         : arm64 ? ordered_on_arm64(half)
                                 : ordered_by_the_language(half);
    if (ordered) return {false, "lost-wakeup is impossible for these orders" + on + how};
    // The lock operations in epoll_wait() are a full barrier on x86-64, and on Arm they order a
    // release store before the poll's acquire loads; elsewhere nothing promises it.
    if (v.how == trigger::level && (x86 || arm64))
        return {false, "lost-wakeup is impossible" + on + how + ": epoll looks again"};
    return {true, "lost-wakeup is possible for these orders" + on + how};
}

}  // namespace ringsim::scenarios
