// verify --engine states: every state instead of every execution, and rings that run without end.
#pragma once

#include <string>
#include <vector>

#include "scenarios/commands/checkpoint.hpp"
#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/worlds/endless.hpp"

namespace ringsim::scenarios::commands {

class states_verification {
  public:
    void declare(option_set& options);
    // Whether it was asked for, or the file to go on with is of this engine.
    bool chosen(const checkpoint_options& checkpoint) const;
    // `graph`: the variants, the models, the limit of time. Throws user_error.
    int run(const settings& global, const std::vector<std::string>& names,
            const graph_command_options& graph, const checkpoint_options& checkpoint);

    // One variant of a scenario under one model.
    struct cell {
        const scenario* of;
        worlds::variant code;
        sim::graph::model_id model;
        unsigned producers;  // of an endless ring
        worlds::states_exploration found;
        study::judged judgement;
        std::string refused;
    };

  private:
    std::vector<cell> explored(const settings& global, const std::vector<std::string>& names,
                               const graph_command_options& graph) const;
    // One cell, as far as it can be explored.
    void explore(cell& c, const worlds::endless_options& ring,
                 const sim::states::exploration_limits& limits, progress& line) const;
    // The one that is asked for, or that the file names.
    std::vector<cell> explored_with_checkpoint(const settings& global,
                                               const std::vector<std::string>& names,
                                               const graph_command_options& graph,
                                               const checkpoint_options& checkpoint);
    void print_json(const std::vector<cell>& cells) const;
    void print_page(const settings& global, const std::vector<cell>& cells) const;
    void add_summary(render::text_page& page, const std::vector<cell>& cells) const;
    bool endless() const { return !records_.empty(); }
    worlds::endless_options ring_for(const scenario& s) const;
    sim::states::exploration_limits limits(const graph_command_options& graph) const;

    std::string engine_;
    std::string records_;
    std::uint64_t producers_ = 0;
    std::string memory_;
    std::string symmetry_;
    std::string store_;
    std::uint64_t states_ = 0;
};

}  // namespace ringsim::scenarios::commands
