// A scenario as a program of the explorers that run a program's threads on fibers. Its world is
// made in a unit of its own, because the protocol's code takes long to compile.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/simulated_world.hpp"
#include "sim/graph/bytes.hpp"
#include "sim/graph/engine.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::worlds {

class scenario_program final : public sim::graph::program {
  public:
    scenario_program(const scenario& s, const variant& v, sim::graph::model_id m,
                     const sim::graph::mapping& how);
    ~scenario_program() override;

    const sim::graph::engine& engine() const { return engine_; }
    dependency_set stated() const;
    const std::vector<bool>& reached() const { return reached_; }
    void forget_reached() { reached_.assign(reached_.size(), false); }

    unsigned thread_count() const override {
        return static_cast<unsigned>(scenario_.threads.size());
    }
    void attach(sim::graph::executor& e) override { engine_.attach(e); }
    void run_thread(unsigned) override { world_->run_thread(); }
    // All that threads tell each other goes through the engine.
    bool told_by_values() const override { return true; }
    std::span<std::byte> state_of(unsigned thread) override {
        return std::as_writable_bytes(std::span(&world_->facts_of(thread), 1));
    }

    std::optional<sim::graph::verdict_of_program> judge(sim::graph::hang how) override;
    // Whether the violation that was just found is what judge() said.
    bool was_judged() { return std::exchange(judged_, false); }

    // What it learned of the executions of a search, from one process to another.
    void put_learned(sim::graph::byte_writer& to) const;
    void add_learned(sim::graph::byte_reader& from);

    std::function<void(const outcome&, sim::violation found)> on_outcome;
    std::function<bool(const outcome&, sim::violation found)> wanted;

  private:
    struct room;  // for a world

    std::optional<sim::graph::verdict_of_program> wanted_verdict(const outcome& o,
                                                                 sim::violation found) const;

    const scenario& scenario_;
    const variant code_;
    sim::graph::engine engine_;
    const std::unique_ptr<room> room_;
    simulated_world* const world_;
    std::vector<bool> reached_;
    dependency_set stated_elsewhere_;  // in other processes
    bool judged_ = false;
};

}  // namespace ringsim::scenarios::worlds
