// A scenario as a program of the explorers that run a program's threads on fibers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/property.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/world_on.hpp"
#include "sim/graph/bytes.hpp"
#include "sim/graph/engine.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::scenarios::worlds {

class scenario_program final : public sim::graph::program {
  public:
    scenario_program(const scenario& s, const variant& v, sim::graph::model_id m,
                     const sim::graph::mapping& how)
        : scenario_(s), code_(v), engine_(m, how), world_(place_.make(engine_, s, code_)) {
        world_->run_setup();
        reached_.resize(s.sometimes.size());
    }

    const sim::graph::engine& engine() const { return engine_; }
    dependency_set stated() const {
        dependency_set all = stated_elsewhere_;
        all.add(world_->stated());
        return all;
    }
    const std::vector<bool>& reached() const { return reached_; }
    void forget_reached() { reached_.assign(reached_.size(), false); }

    unsigned thread_count() const override {
        return static_cast<unsigned>(scenario_.threads.size());
    }
    void attach(sim::graph::executor& e) override { engine_.attach(e); }
    void run_thread(unsigned) override { world_->run_thread(); }

    std::optional<sim::graph::verdict_of_program> judge(sim::graph::hang how) override {
        const outcome& o = world_->facts();
        for (std::size_t i = 0; i < reached_.size(); ++i)
            if (!reached_[i] && scenario_.sometimes[i].holds(o)) reached_[i] = true;
        const auto verdict = judge_end(scenario_, o, how);
        const sim::violation found = verdict ? verdict->kind : sim::violation::none;
        if (on_outcome) on_outcome(o, found);
        auto answer = wanted ? wanted_verdict(o, found) : verdict;
        judged_ = answer.has_value();
        return answer;
    }
    // Whether the violation that was just found is what judge() said.
    bool was_judged() { return std::exchange(judged_, false); }

    // What it learned of the executions of a search, from one process to another.
    void put_learned(sim::graph::byte_writer& to) const {
        to.put_all(std::vector<char>(reached_.begin(), reached_.end()));
        to.put(stated());
        to.put(std::string_view(engine_.contention().bytes()));
    }
    void add_learned(sim::graph::byte_reader& from) {
        const std::vector<char> reached = from.get_all<char>();
        for (std::size_t i = 0; i < reached_.size(); ++i)
            if (reached[i]) reached_[i] = true;
        stated_elsewhere_.add(from.get<dependency_set>());
        engine_.contention().add(from.get_text());
    }

    std::function<void(const outcome&, sim::violation found)> on_outcome;
    std::function<bool(const outcome&, sim::violation found)> wanted;

  private:
    std::optional<sim::graph::verdict_of_program> wanted_verdict(const outcome& o,
                                                                 sim::violation found) const {
        if (!wanted(o, found)) return std::nullopt;
        return sim::graph::verdict_of_program{sim::violation::none, "the end that was looked for"};
    }

    const scenario& scenario_;
    const variant code_;
    sim::graph::engine engine_;
    world_place<sim::graph::engine> place_;
    simulated_world* world_;
    std::vector<bool> reached_;
    dependency_set stated_elsewhere_;  // in other processes
    bool judged_ = false;
};

}  // namespace ringsim::scenarios::worlds
