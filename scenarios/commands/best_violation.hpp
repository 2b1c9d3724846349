// Which of the executions of a program `ringsim check` shows.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "scenarios/worlds/exploration.hpp"
#include "sim/graph/linearize.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::commands {

inline constexpr std::uint64_t executions_after_first = 1000;  // looked at for a smaller one
inline constexpr unsigned considered_max = 100;                // violations among them

// Keeps the violation with the fewest stale reads and preemptions, or the one that is wanted.
class best_violation final : public sim::graph::observer {
  public:
    // `wanted`: number of the execution to keep, or 0. Ends the exploration when it has been found.
    best_violation(std::uint64_t wanted, bool keep_going)
        : wanted_(wanted), keep_going_(keep_going) {}

    void begin() override {
        found_.reset();
        number_ = first_ = 0;
        considered_ = 0;
    }
    void execution(const std::function<sim::graph::recorded_execution()>& record) override {
        next(record, false);
    }
    void violation_found(const std::function<sim::graph::recorded_execution()>& record) override {
        next(record, true);
    }
    void visited_elsewhere(const sim::graph::exploration_report& part) override {
        number_ += part.executions + part.ended_early;
    }
    // The exploration ends at one execution, whoever visits it.
    bool may_be_elsewhere(const sim::graph::exploration_report& part) const override {
        return keep_going_ || first_ == 0 ||
               number_ + part.executions + part.ended_early < first_ + executions_after_first;
    }
    void progress(const sim::graph::exploration_report&) override {
        if (worlds::interrupted) enough_ = true;
    }
    // All are numbered; those that come next behind the first violation are looked at.
    bool looks_on() const override { return wanted_ != 0 || (first_ != 0 && !has_looked()); }
    bool looks_at_violations() const override { return !has_looked(); }
    const std::optional<sim::graph::recorded_execution>& found() const { return found_; }
    std::uint64_t found_in() const { return found_in_; }
    const std::atomic<bool>* enough() const { return &enough_; }

  private:
    void next(const std::function<sim::graph::recorded_execution()>& record, bool violates) {
        ++number_;
        if (worlds::interrupted) enough_ = true;
        if (wanted_ != 0) {
            if (number_ == wanted_) keep(record());
            enough_ = enough_ || number_ >= wanted_;
            return;
        }
        if (violates && first_ == 0) first_ = number_;
        if (first_ == 0) return;
        if (violates && number_ < first_ + executions_after_first) consider(record());
        if (!keep_going_ && has_looked()) enough_ = true;
    }
    bool has_looked() const { return first_ != 0 && number_ >= first_ + executions_after_first; }
    void consider(sim::graph::recorded_execution e) {
        if (++considered_ > considered_max) return;
        const sim::graph::execution_cost cost = sim::graph::linearize(e);
        const auto weight = std::tuple(cost.stale_reads + cost.preemptions, cost.events);
        if (found_ && weight >= weight_) return;
        weight_ = weight;
        found_ = std::move(e);
        found_in_ = number_;
    }
    void keep(sim::graph::recorded_execution e) {
        sim::graph::linearize(e);
        found_ = std::move(e);
        found_in_ = number_;
    }

    std::uint64_t wanted_;
    bool keep_going_;
    std::optional<sim::graph::recorded_execution> found_;
    std::tuple<unsigned, unsigned> weight_;
    std::uint64_t found_in_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t first_ = 0;
    unsigned considered_ = 0;
    std::atomic<bool> enough_{false};
};

}  // namespace ringsim::scenarios::commands
