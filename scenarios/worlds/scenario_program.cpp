#include "scenarios/worlds/scenario_program.hpp"

#include <string_view>

#include "scenarios/property.hpp"
#include "scenarios/worlds/world_on.hpp"

namespace ringsim::scenarios::worlds {

struct scenario_program::room {
    world_place<sim::graph::engine> place;
};

scenario_program::scenario_program(const scenario& s, const variant& v, sim::graph::model_id m,
                                   const sim::graph::mapping& how)
    : scenario_(s),
      code_(v),
      engine_(m, how),
      room_(std::make_unique<room>()),
      world_(room_->place.make(engine_, s, code_)) {
    world_->run_setup();
    reached_.resize(s.sometimes.size());
}

scenario_program::~scenario_program() = default;

dependency_set scenario_program::stated() const {
    dependency_set all = stated_elsewhere_;
    all.add(world_->stated());
    return all;
}

std::optional<sim::graph::verdict_of_program> scenario_program::judge(sim::graph::hang how) {
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

std::optional<sim::graph::verdict_of_program> scenario_program::wanted_verdict(
    const outcome& o, sim::violation found) const {
    if (!wanted(o, found)) return std::nullopt;
    return sim::graph::verdict_of_program{sim::violation::none, "the end that was looked for"};
}

void scenario_program::put_learned(sim::graph::byte_writer& to) const {
    to.put_all(std::vector<char>(reached_.begin(), reached_.end()));
    to.put(stated());
    to.put(std::string_view(engine_.contention().bytes()));
}

void scenario_program::add_learned(sim::graph::byte_reader& from) {
    const std::vector<char> reached = from.get_all<char>();
    for (std::size_t i = 0; i < reached_.size(); ++i)
        if (reached[i]) reached_[i] = true;
    stated_elsewhere_.add(from.get<dependency_set>());
    engine_.contention().add(from.get_text());
}

}  // namespace ringsim::scenarios::worlds
