// A ring of two places that runs without end, with positions that wrap at four: what the explorer
// of states takes for the same when it is turned round, where nothing of the real ring is in the
// way.
#pragma once

#include "sim/states/explore.hpp"
#include "sim/states/rotation.hpp"

namespace ringsim::tests {

namespace graph = sim::graph;
namespace states = sim::states;

class small_ring final : public states::endless_program, private states::rotation {
  public:
    static std::vector<graph::location_info> locations() {
        return {{"head", 0}, {"tail", 0}, {"first", 0}, {"second", 0}};
    }

    unsigned thread_count() const override { return 2; }
    void attach(graph::executor& e) override { executor_ = &e; }
    states::local_state first_round(unsigned) const override { return {0}; }
    void begin_round(unsigned t, const states::local_state& kept) override { at_[t] = kept[0]; }
    std::optional<states::local_state> end_round(unsigned t) override {
        return states::local_state{at_[t]};
    }
    bool may_stop(unsigned) const override { return true; }
    std::optional<states::local_state> summary(unsigned, const graph::label&) override {
        return std::nullopt;
    }
    const states::rotation* turns_round() const override { return this; }
    std::optional<graph::verdict_of_program> judge(graph::hang) override { return std::nullopt; }

    void run_thread(unsigned t) override {
        std::uint64_t& at = at_[t];
        if (t == 0) {
            if ((at - load(head, graph::mode::acquire)) % around == 2) return;
            store(place(at), at + 1, graph::mode::relaxed);
            at = (at + 1) % around;
            store(tail, at, graph::mode::release);
            return;
        }
        if (load(tail, graph::mode::acquire) == at) return;
        if (load(place(at), graph::mode::relaxed) != at + 1)
            executor_->fail(sim::violation::torn_record, "took what is not there yet");
        at = (at + 1) % around;
        store(head, at, graph::mode::release);
    }

  private:
    static constexpr graph::location_id head = 0;
    static constexpr graph::location_id tail = 1;
    static constexpr std::uint64_t around = 4;

    static graph::location_id place(std::uint64_t at) {
        return static_cast<graph::location_id>(2 + at % 2);
    }
    std::uint64_t load(graph::location_id l, graph::mode how) {
        graph::label what;
        what.kind = graph::event_kind::read;
        what.location = l;
        what.how = how;
        return executor_->step(what);
    }
    void store(graph::location_id l, std::uint64_t value, graph::mode how) {
        graph::label what;
        what.kind = graph::event_kind::write;
        what.location = l;
        what.value = value;
        what.how = how;
        executor_->step(what);
    }

    unsigned steps() const override { return around; }
    graph::location_id measured_by() const override { return head; }
    unsigned steps_to_rest(std::uint64_t newest) const override {
        return static_cast<unsigned>((around - newest) % around);
    }
    graph::location_id location(graph::location_id l, unsigned steps) const override {
        return l < 2 ? l : place(l - 2u + steps);
    }
    std::uint64_t value(graph::location_id l, std::uint64_t v, unsigned steps) const override {
        if (l < 2) return (v + steps) % around;
        return v == 0 ? 0 : (v - 1 + steps) % around + 1;
    }
    graph::label details(graph::label l, unsigned) const override { return l; }
    states::local_state kept(unsigned, states::local_state kept, unsigned steps) const override {
        return {(kept[0] + steps) % around};
    }

    graph::executor* executor_ = nullptr;
    std::array<std::uint64_t, 2> at_{};
};

}  // namespace ringsim::tests
