// The ring's protocol as one small program, event for event the one that other checkers were run
// on: a ring of 4 slots, records of one payload word, a consumer that looks at most N + 1 times and
// then sleeps for ever if no notification is there. Its counts of executions are known.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::tests {

namespace graph = sim::graph;

// The orders of the program's accesses that differ between variants.
struct protocol_orders {
    std::string_view name;
    order consumer_store = order::release;  // of consumer_pos
    bool consumer_fence = false;            // seq_cst, after that store
    order recheck = order::acquire;         // consumer's loads of producer_pos and header
    bool fence_before_commit = true;
    bool fence_after_commit = true;
    order commit = order::seq_cst;  // an exchange; full: the kernel's own; or store_release
    order load_consumer_pos = order::acquire;  // the producer's, after the commit
    order store_producer_pos = order::release;
};

// K: what libbpf and the kernel do. F: K with a fence in the consumer.
inline constexpr protocol_orders protocol_k{.name = "K"};
inline constexpr protocol_orders protocol_f{.name = "F", .consumer_fence = true};

// The variants that checkers were run on. K is what libbpf and the kernel do; the others change the
// consumer's store and re-check, the commit, the producer's look at consumer_pos and its store of
// producer_pos.
std::span<const protocol_orders> protocol_variants();

class protocol_program final : public graph::program {
  public:
    // `records` in all, shared out over `producers`. All of it is C++, but for a commit that is
    // order::full.
    protocol_program(graph::model_id m, const protocol_orders& o, unsigned producers,
                     unsigned records);
    protocol_program(const graph::mapping& how, graph::model_id m, const protocol_orders& o,
                     unsigned producers, unsigned records);

    std::vector<graph::location_info> locations() const;
    unsigned thread_count() const override { return producers_ + 1; }
    unsigned twin_before(unsigned thread) const override {
        const bool twins = thread > 1 && share_of(thread) == share_of(thread - 1);
        return twins ? thread - 1 : graph::no_thread;
    }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override;
    bool told_by_values() const override { return true; }
    std::span<std::byte> state_of(unsigned thread) override {
        if (thread != 0) return {};
        return std::as_writable_bytes(std::span(&asleep_, 1));
    }
    // A lost wakeup is a violation, the only one.
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;
    // Why the model cannot express one of the orders; empty: it can.
    std::string_view refused() const;

  private:
    void consume();
    void produce(unsigned records);
    unsigned share_of(unsigned producer) const;
    void commit(graph::location_id header);

    std::uint64_t load(graph::location_id l, order o);
    void store(graph::location_id l, std::uint64_t value, order o);
    std::uint64_t exchange(graph::location_id l, std::uint64_t value, order o);
    void fence();
    std::uint64_t emit(access kind, graph::label&& l, order o);

    static constexpr std::size_t access_count = 4;
    std::array<std::array<graph::lowering, order_count>, access_count> lowered_{};
    protocol_orders orders_;
    unsigned producers_;
    unsigned records_;
    graph::executor* executor_ = nullptr;
    bool asleep_ = false;
};

}  // namespace ringsim::tests
