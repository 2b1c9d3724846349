// Stepping through a litmus test.
#include <fmt/format.h>

#include "page/game.hpp"
#include "page/of_litmus.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/ring_words.hpp"
#include "scenarios/study/model_names.hpp"
#include "sim/litmus/machine.hpp"
#include "sim/litmus/report.hpp"

namespace ringsim::page {
namespace {

namespace graph = sim::graph;
namespace litmus = sim::litmus;

class litmus_game final : public game, public litmus::machine::listener {
  public:
    litmus_game(const std::string& file, const std::string& text, litmus::test t, graph::model_id m,
                const std::string& opened_by)
        : file_(file),
          opened_by_(opened_by),
          text_(text),
          test_(std::move(t)),
          model_(m),
          machine_(test_, m, graph::default_mapping(m), {}),
          steps_(m, machine_, machine_.locations()) {
        machine_.listen(*this);
        steps_.ask_whether_it_counts([this] { return counts_; });
        for (std::size_t i = 0; i < test_.threads.size(); ++i)
            threads_.push_back("P" + std::to_string(i));
        make({});
    }

    const std::vector<std::string>& threads() const override { return threads_; }
    std::string_view model() const override { return graph::name(model_); }
    std::string heading() const override {
        return fmt::format("{}   {}   model {}", test_.name, litmus::name(test_.language), model());
    }
    std::string goal() const override {
        const bool against = test_.asks.how == litmus::quantifier::forall;
        return fmt::format("an end {} {}", against ? "without" : "with",
                           litmus::text_of(test_.asks.what, test_.asks.observed));
    }
    bool solved() const override { return now_.over && reached_; }
    std::string ending() const override { return state_; }
    execution shown() override {
        const std::string command =
            fmt::format("ringsim step {} --model {}",
                        opened_by_.empty() ? scenarios::render::shell_word(file_) : opened_by_,
                        graph::name(model_));
        graph::recorded_execution e;
        if (now_.end) e = *now_.end;
        execution x =
            execution_of(test_, e, machine_.locations(),
                         {file_, text_, command, std::string(model())}, now_.over ? state_ : "");
        x.turns = turns_as_numbers();
        if (now_.over) return x;
        x.verdict = "NOT FINISHED";
        x.steps.resize(now_.so_far.steps.size());
        for (std::size_t i = 0; i < x.steps.size(); ++i)
            if (x.steps[i].writes) x.steps[i].coherence = now_.so_far.steps[i].coherence;
        x.why.clear();
        x.cycle.clear();
        mark_what_is_ahead(x);
        return x;
    }

    void ended(const litmus::machine::ending& e) override {
        reached_ = false;
        counts_ = !e.does_not_count;
        state_ = "cut off in a loop";
        if (e.how != litmus::cut::none || e.stuck) return;
        std::vector<std::int64_t> values;
        for (const litmus::observable& o : test_.asks.observed)
            values.push_back(machine_.value_of(o));
        const bool counts = !test_.asks.filtered || test_.asks.filter.holds(values);
        const bool positive = test_.asks.what.holds(values);
        reached_ = counts && positive != (test_.asks.how == litmus::quantifier::forall);
        values.resize(test_.asks.shown);
        state_ = litmus::state_text(test_, values);
    }

  protected:
    stepper& steps() override { return steps_; }
    std::string text_of(const sim::trace_step& s, const graph::recorded_event& e) const override {
        const std::string how = s.how == order::plain || s.how == order::none
                                    ? ""
                                    : " " + std::string(scenarios::render::abbreviated(s.how));
        const std::string& place = s.location == 0 ? s.word : test_.locations[s.location - 1].name;
        if (s.kind == sim::step_kind::fence) return "fence" + how;
        if (s.kind == sim::step_kind::stuck) return "waits for ever at " + place;
        // A compare-exchange that fails only reads.
        const bool exchanges = sim::reads(s) && graph::writes(e.what, e.value);
        if (exchanges)
            return fmt::format("exchange {}{} -> {}, := {}", place, how, value_of(s, false),
                               value_of(s, true));
        if (!sim::reads(s)) return fmt::format("store {}{} := {}", place, how, value_of(s, true));
        return fmt::format("load {}{} -> {}", place, how, value_of(s, false));
    }
    std::string value_of(const sim::trace_step& s, bool written) const override {
        return test_.value_text(static_cast<std::int64_t>(written ? s.written : s.read), {});
    }
    bool tells_what_is_not_ahead() const override { return true; }
    // Called behind each walk, which ended() has judged.
    bool reaches_goal(const graph::recorded_execution&) const override { return reached_; }

  private:
    std::string file_;
    std::string opened_by_;
    std::string text_;
    litmus::test test_;
    graph::model_id model_;
    litmus::machine machine_;
    stepper steps_;
    std::vector<std::string> threads_;
    std::string state_;
    bool reached_ = false;
    bool counts_ = true;  // the walk was an execution of the test
};

}  // namespace

std::unique_ptr<game> game_of_litmus(const std::string& file, const std::string& text,
                                     std::string_view model, const std::string& opened_by) {
    try {
        const auto wanted = model == "lkmm" ? litmus::dialect::lkmm : litmus::dialect::c11;
        litmus::test t = litmus::parse(text, wanted);
        graph::model_id m = litmus::default_model(t.language);
        if (!model.empty()) m = scenarios::study::models_named(model).front();
        if (!litmus::judges(m, t.language))
            throw scenarios::user_error(fmt::format("{}: {} is not judged under {}", file,
                                                    litmus::name(t.language), graph::name(m)));
        return std::make_unique<litmus_game>(file, text, std::move(t), m, opened_by);
    } catch (const graph::schedule_error& e) {
        throw scenarios::user_error(fmt::format("{}: {}", file, e.what()));
    } catch (const litmus::source_error& e) {
        throw scenarios::user_error(fmt::format("{}:{}: {}", file, e.line, e.what()));
    }
}

}  // namespace ringsim::page
