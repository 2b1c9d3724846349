// Stepping through a C, C++ or Rust program.
#include <fmt/format.h>

#include "page/game.hpp"
#include "page/of_program.hpp"
#include "scenarios/commands/check_build.hpp"
#include "scenarios/commands/keep_addresses.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/check_steps.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/study/model_names.hpp"
#include "sim/graph/trace_of.hpp"

namespace ringsim::page {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
namespace render = scenarios::render;

// Before the first step the program is explored, so that it is known what its threads share.
constexpr std::uint64_t learning_executions_max = 200'000;
constexpr double learning_seconds_max = 10;

class program_game final : public game {
  public:
    program_game(const std::vector<std::string>& files, const std::vector<std::string>& flags,
                 graph::model_id m)
        : files_(files),
          flags_(flags),
          model_(m),
          built_(scenarios::commands::build_program(files, flags, false, where_)),
          runtime_(m, graph::default_mapping(m), check::load(built_.path),
                   scenarios::commands::usual_limits(m, built_)),
          words_(runtime_, built_.path),
          steps_(
              m, runtime_, runtime_.locations(),
              [this](graph::walk_policy& policy, graph::observer& watcher) {
                  return runtime_.search(policy, watcher);
              },
              [this](const graph::exploration_limits& limits, graph::observer& watcher) {
                  return runtime_.explore(limits, watcher);
              }) {
        learn(learning_executions_max);
        steps_.learn_by([this] { learn(1); });
        threads_.assign(sim::threads_max, "");
        make({});
    }

    const std::vector<std::string>& threads() const override { return threads_; }
    std::string_view model() const override { return graph::name(model_); }
    std::string heading() const override {
        return fmt::format("{}   model {}", files_.front(), model());
    }
    std::string goal() const override { return violated_ ? "a violation" : ""; }
    bool solved() const override { return now_.over && now_.so_far.kind != sim::violation::none; }
    std::string ending() const override {
        if (!now_.end || !now_.end->found) return "nothing is wrong with this execution";
        const render::check_steps steps(runtime_, *now_.end, words_);
        const std::string where = steps.where();
        return steps.what() + (where.empty() ? "" : ": " + where);
    }

    execution shown() override {
        static const graph::recorded_execution nothing;
        const graph::recorded_execution& e = now_.end ? *now_.end : nothing;
        render::told_execution told;
        told.front_end = "check";
        told.title = files_.front() + ", step by step";
        told.claim = "a program with threads, checked";
        told.verdict = !now_.over ? "NOT FINISHED" : solved() ? "VIOLATED" : "AN EXECUTION";
        if (now_.over) told.what = ending();
        told.model = model();
        told.command =
            fmt::format("ringsim step {} --model {}", render::shell_word(files_.front()), model());
        if (!flags_.empty()) told.command += " --";
        for (const std::string& flag : flags_) told.command += " " + render::shell_word(flag);
        told.threads = threads_;
        told.words.resize(runtime_.locations().size());
        told.initial.resize(runtime_.locations().size());
        for (unsigned i = 0; i < e.events.size() && told.steps.size() < now_.so_far.steps.size();
             ++i)
            if (!e.events[i].what.implied && !e.events[i].what.rmw) add_step(told, e, i);
        told.value = [this](std::uint64_t v) { return words_.value(v); };
        if (now_.over) told.at_step = now_.so_far.at_step;
        execution x = execution_of(told, e, runtime_.locations());
        mark_what_is_ahead(x);
        x.turns = turns_as_numbers();
        return x;
    }

  protected:
    stepper& steps() override { return steps_; }
    void arrived() override {
        if (now_.end) words_.learn(*now_.end);
        for (unsigned t = 0; t < sim::threads_max; ++t) threads_[t] = words_.thread(t);
    }
    std::string text_of(const sim::trace_step&, const graph::recorded_event& e) const override {
        const std::string place = words_.place_text(words_.told_place(e.thread, e.what.note));
        return does(e) + (place.empty() ? "" : fmt::format("   {}", place));
    }
    std::string value_of(const sim::trace_step& s, bool written) const override {
        return words_.value(written ? s.written : s.read);
    }
    bool is_of_interest(const way& w) const override {
        return !render::is_access(w.event) || !is_of_threads(w.event.what.location);
    }
    bool reaches_goal(const graph::recorded_execution& e) const override {
        return e.found.has_value();
    }

  private:
    class nobody final : public graph::observer {};

    // How threads begin and end.
    bool is_of_threads(graph::location_id l) const {
        const auto kind = runtime_.locations_of()[l].kind;
        return kind == check::location_kind::thread_start ||
               kind == check::location_kind::thread_end;
    }

    void learn(std::uint64_t executions_max) {
        const scenarios::commands::interruptible guard;
        graph::exploration_limits limits;
        limits.executions_max = executions_max;
        limits.seconds_max = learning_seconds_max;
        limits.interrupted = &scenarios::worlds::interrupted;
        nobody watcher;
        const graph::exploration_report report = runtime_.explore(limits, watcher);
        if (!runtime_.refused().what.empty())
            throw scenarios::user_error(
                scenarios::commands::refusal_text(runtime_, built_.path, files_.front()));
        if (runtime_.threads_of_program().seen() == 1)
            throw scenarios::user_error(files_.front() +
                                        ": main() starts no thread: there is nothing to step "
                                        "through");
        violated_ = violated_ || report.violating > 0;
    }

    // What has no line of its own in what `check` prints is a turn here.
    std::string does(const graph::recorded_event& e) const {
        std::string text = words_.text(e);
        if (!text.empty()) return text;
        const auto kind = runtime_.locations_of()[e.what.location].kind;
        if (kind == check::location_kind::thread_start) return "begins";
        if (kind == check::location_kind::thread_end) return "ends";
        if (check::begins_frame(e.what)) return "enters a function";
        if (check::frees(e.what)) return "leaves " + words_.location(e.what.location);
        return e.what.kind == graph::event_kind::write ? "hands over what the new thread is to do"
                                                       : "takes what it is to do";
    }

    void add_step(render::told_execution& told, const graph::recorded_execution& e,
                  unsigned i) const {
        const graph::recorded_event& event = e.events[i];
        const sim::trace_step& s = now_.so_far.steps[told.steps.size()];
        const std::uint64_t pc = words_.told_place(event.thread, event.what.note);
        const std::string remark = s.reads_from > told.steps.size() + 1
                                       ? fmt::format("AHEAD: step {} writes it", s.reads_from)
                                   : s.missed == 0 ? ""
                                   : model() == "sc"
                                       ? fmt::format("as if before step {}", s.missed)
                                       : fmt::format("STALE: step {} is newer", s.missed);
        told.steps.push_back({i, does(event), remark, words_.place(pc).function,
                              words_.place_text(pc), words_.line_text(pc)});
        if (!render::is_access(event)) return;
        const auto l = event.what.location;
        if (is_of_threads(l)) return;
        told.words[l] = words_.location(l);
        told.initial[l] = words_.initial(l);
    }

    std::vector<std::string> files_;
    std::vector<std::string> flags_;
    graph::model_id model_;
    check::work_directory where_;
    check::built_program built_;
    check::runtime runtime_;
    mutable render::program_words words_;
    stepper steps_;
    std::vector<std::string> threads_;
    bool violated_ = false;
};

}  // namespace

std::unique_ptr<game> game_of_program(const std::vector<std::string>& files,
                                      const std::vector<std::string>& flags,
                                      std::string_view model) {
    const auto m = scenarios::study::models_named(model.empty() ? "rc11" : std::string(model));
    if (m.size() != 1) throw scenarios::user_error("step: --model: one model at a time");
    if (m.front() == graph::model_id::lkmm)
        throw scenarios::user_error(
            "step: lkmm knows the kernel's functions only, and not those of a program");
    scenarios::commands::keep_addresses();
    return std::make_unique<program_game>(files, flags, m.front());
}

}  // namespace ringsim::page
