// Stepping through a scenario.
#include <fmt/format.h>

#include "page/game.hpp"
#include "page/of_finding.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/ring_words.hpp"
#include "scenarios/worlds/opened_scenario.hpp"

namespace ringsim::page {
namespace {

namespace graph = sim::graph;
using namespace scenarios;  // NOLINT: it is their run that is stepped through

constexpr std::uint64_t goal_executions_max = 200'000;
constexpr double goal_seconds_max = 2;

class scenario_game final : public game {
  public:
    scenario_game(const scenario& s, const worlds::variant& v, graph::model_id m,
                  sim::violation goal)
        : scenario_(s),
          code_(v),
          model_(m),
          goal_(goal),
          world_(open_scenario(s, v, m)),
          steps_(m, world_->program(), world_->locations()) {
        for (const thread_body& t : s.threads) threads_.emplace_back(t.name);
        look_at_start();
    }

    const std::vector<std::string>& threads() const override { return threads_; }
    std::string_view model() const override { return graph::name(model_); }
    std::string heading() const override {
        return fmt::format("{}   orders {}   trigger {}   model {}", scenario_.name,
                           code_.orders_name, study::name(code_.how), model());
    }
    std::string goal() const override {
        return goal_ == sim::violation::none ? "" : fmt::format("a {}", sim::name(goal_));
    }
    bool solved() const override {
        return now_.over && goal_ != sim::violation::none && now_.so_far.kind == goal_;
    }
    std::string ending() const override {
        if (now_.so_far.kind == sim::violation::none) return "nothing is wrong with this execution";
        return fmt::format("{}: {}", sim::name(now_.so_far.kind), now_.so_far.what);
    }
    execution shown() override {
        study::saved_finding f;
        f.scenario = scenario_.name;
        f.code = code_;
        f.how = study::under(model_);
        f.counterexample = whole_trace();
        execution e = execution_of(f, "");
        e.title = fmt::format("{}, step by step", scenario_.name);
        if (!now_.over) e.verdict = "NOT FINISHED";
        mark_what_is_ahead(e);
        e.turns = turns_as_numbers();
        if (now_.over && now_.so_far.kind == sim::violation::none) e.what = ending();
        e.command = fmt::format("ringsim step {} --orders {}{} --model {}", scenario_.name,
                                render::shell_word(code_.orders_name),
                                code_.how == trigger::level ? " --trigger level" : "", model());
        return e;
    }
    std::optional<study::saved_finding> finding() override {
        if (!now_.over || !now_.end || now_.so_far.kind == sim::violation::none)
            return std::nullopt;
        study::search how = study::under(model_);
        how.graph.replay = graph::to_text(graph::schedule_of(*now_.end));
        const worlds::exploration e = explore(scenario_, code_, how);
        how.graph.replay.clear();
        return finding_of(scenario_, code_, how, e);
    }

  protected:
    stepper& steps() override { return steps_; }
    void arrived() override {
        sim::trace all = whole_trace();
        for (const way& w : now_.ways)
            if (!w.ends) all.steps.push_back(w.step);
        for (const way& w : now_.ways)
            if (w.to_come) all.steps.push_back(*w.to_come);
        for (const thread_now& t : now_.threads)
            if (t.waits_at) all.steps.push_back(*t.waits_at);
        words_ = std::make_unique<render::ring_words>(all);
    }
    std::string text_of(const sim::trace_step& s, const graph::recorded_event&) const override {
        return words_->text(s);
    }
    std::string value_of(const sim::trace_step& s, bool written) const override {
        return words_->value(s, written ? s.written : s.read);
    }
    bool reaches_goal(const graph::recorded_execution& e) const override {
        return e.found && e.found->kind == goal_;
    }

  private:
    void look_at_start() { make({}); }

    sim::trace whole_trace() const {
        sim::trace t = now_.so_far;
        t.setup = world_->setup_steps();
        t.threads = threads_;
        return t;
    }

    const scenario& scenario_;
    const worlds::variant code_;
    graph::model_id model_;
    sim::violation goal_;
    std::unique_ptr<worlds::opened_scenario> world_;
    stepper steps_;
    std::vector<std::string> threads_;
    std::unique_ptr<render::ring_words> words_;
};

}  // namespace

sim::violation to_be_found(const scenario& s, const worlds::variant& v, graph::model_id m) {
    study::search how = study::under(m);
    if (!refusal(v, how).empty()) return sim::violation::none;
    how.graph.executions_max = goal_executions_max;
    how.graph.seconds_max = goal_seconds_max;
    how.graph.stop_at_first_violation = true;
    how.graph.smallest = false;
    return explore(s, v, how).kind;
}

std::unique_ptr<game> game_of(const scenario& s, const worlds::variant& v, graph::model_id m,
                              sim::violation goal) {
    if (const std::string why = refusal(v, study::under(m)); !why.empty()) throw user_error(why);
    return std::make_unique<scenario_game>(s, v, m, goal);
}

}  // namespace ringsim::page
